//! Data in JSON: records with ids, people and times, written one to a line and pretty; translations; outlines on a map.

use super::{Shape, Style};

pub(super) const SHAPE: Shape =
    Shape { sizes: 4 << 10..=512 << 10, styles: &[RECORDS, PRETTY, WORDS, MAP], assignments: true };

const RECORDS: Style = Style {
    path: "data/%w-#.json",
    head: "[",
    rows: &[
        "{\"id\":\"%u\",\"name\":\"%t\",\"email\":\"%e\",\"created_at\":\"%d\",\"score\":%f,\"tags\":[\"%w\",\"%w\"],\"active\":true},\n",
        "{\"id\":%N,\"sku\":\"%W-%N\",\"price\":%f,\"currency\":\"EUR\",\"description\":\"%s. %s.\",\"image\":\"%U.jpg\"},\n",
        "{\"_id\":\"%h%h%h\",\"index\":%n,\"guid\":\"%u\",\"address\":\"%n %w Street, %w\",\"about\":\"%s, %s. %s.\\r\\n\"},\n",
        "{\"key\":\"%v\",\"value\":%N,\"etag\":\"%h%h%h%h\",\"updated\":\"%d\",\"thumbnail\":null},\n",
    ],
    secret: "{\"id\":%N,\"NAME\":\"VALUE\",\"name\":\"%t\"},\n",
};

const PRETTY: Style = Style {
    path: "fixture/%w/%w_#.json",
    head: "{\n  \"%c\": [\n",
    rows: &[
        "    {\n      \"id\": %N,\n      \"%c\": \"%w\",\n      \"%c\": %f,\n      \"%c\": [\n        %n,\n        %n\n      ],\n      \"%c\": {\n        \"type\": \"%w\",\n        \"href\": \"%U\"\n      }\n    },\n",
        "    {\n      \"%c\": \"%t\",\n      \"%c\": null,\n      \"%c\": \"%d\",\n      \"%c\": false\n    },\n",
    ],
    secret: "    {\n      \"NAME\": \"VALUE\",\n      \"%c\": %n\n    },\n",
};

const WORDS: Style = Style {
    path: "locales/%w#.json",
    head: "{\n",
    rows: &[
        "  \"%w.%w.%w\": \"%s\",\n",
        "  \"%w.%w\": \"%t {{%w}}\",\n",
        "  \"%w_%w\": \"%s. %s.\",\n",
        "  \"%w.title\": \"\\u00dcber %t\",\n",
    ],
    secret: "  \"NAME\": \"VALUE\",\n",
};

const MAP: Style = Style {
    path: "geo/%w-#.geojson",
    head: "{\"type\":\"FeatureCollection\",\"features\":[",
    rows: &[
        "{\"type\":\"Feature\",\"properties\":{\"name\":\"%W\",\"id\":%N},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[",
        "[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f],",
        "[-%f,%f],[-%f,%f],[-%f,%f],[-%f,%f],[-%f,%f],[-%f,%f],[-%f,%f],",
        "[%f,%f]]]}},\n",
    ],
    secret: "{\"type\":\"Feature\",\"properties\":{\"NAME\":\"VALUE\"}},\n",
};

//! Sources of Python, JavaScript, Go and Java: lines of 10 to 90 bytes, indented, a comment in eight; files of 7 KiB in
//! the mean.

use super::{Shape, Style};

pub(super) const SHAPE: Shape =
    Shape { sizes: 2 << 10..=64 << 10, styles: &[PYTHON, SCRIPT, GO, JAVA], assignments: true };

const PYTHON: Style = Style {
    path: "%w/%w/%v_#.py",
    head: "\"\"\"%s.\"\"\"\n\nimport os\nfrom %w.%w import %T\n\n",
    rows: &[
        "%>def %v(self, %v, %v=%n):\n",
        "%>\"\"\"%s.\"\"\"\n",
        "%>%v = %v.%v(%v, %v)\n",
        "%>self.%v = %v\n",
        "%>if %v is not None and %v != %n:\n",
        "%>return %v\n",
        "%># %s.\n",
        "%>for %v, %v in %v.items():\n",
        "%>raise %TError(\"%s\")\n",
        "%>logger.info(\"%t %%s\", %v)\n",
        "\n",
        "%>%v = {\"%v\": %n, \"%v\": \"%q\"}\n",
        "%>assert %v[\"%w\"] == %f\n",
        "%>%v.append(%v[%n])\n",
    ],
    secret: "NAME = \"VALUE\"\n",
};

const SCRIPT: Style = Style {
    path: "%w/%w/%c#.js",
    head: "'use strict';\n\nconst %c = require('%w');\n",
    rows: &[
        "%>const %c = await %c.%c(%c);\n",
        "%>// %s.\n",
        "%>if (!%c || %c.%c === '%w') {\n",
        "%>}\n",
        "%>return %c.%c(%c => %c.%c);\n",
        "%>%c: function (%c, %c) {\n",
        "%>%c.%c = %n;\n",
        "%>throw new Error(`%t ${%c}`);\n",
        "\n",
        "%>expect(%c.%c).toBe('%q');\n",
        "%>export function %c(%c, %c = %n) {\n",
        "%>'%w-%w': { %c: '#%h', %c: '%npx' },\n",
    ],
    secret: "const NAME = 'VALUE';\n",
};

const GO: Style = Style {
    path: "%w/%w/%v_#.go",
    head: "// Package %w: %s.\npackage %w\n\nimport (\n\t\"fmt\"\n\t\"%p\"\n)\n\n",
    rows: &[
        "func (s *%T) %T(%c %T, %c []byte) (*%T, error) {\n",
        "\tif err := %c.%T(%c); err != nil {\n",
        "\t\treturn nil, fmt.Errorf(\"%t: %%w\", err)\n",
        "\t}\n",
        "\t%c, err := %c.%T(%c, %n)\n",
        "\t// %s.\n",
        "\tfor _, %c := range %c.%T {\n",
        "}\n\n",
        "\t%T %T `json:\"%v,omitempty\"`\n",
        "\t%c = append(%c, %T{%T: %c, %T: 0x%h})\n",
        "\tcase %T%T:\n",
        "\t\t{%T: \"%q\", %T: %n},\n",
    ],
    secret: "const NAME = \"VALUE\"\n",
};

const JAVA: Style = Style {
    path: "%w/%w/%T#.java",
    head: "package com.%w.%w;\n\nimport java.util.%T;\nimport com.%w.%w.%T;\n\n",
    rows: &[
        "    /**\n     * %s.\n     *\n     * @param %c %s\n     */\n",
        "    public %T %c(final %T %c, int %c) throws %TException {\n",
        "        %T %c = %c.get%T(%c);\n",
        "        if (%c.%c() == null) {\n",
        "            throw new IllegalArgumentException(\"%s: \" + %c);\n",
        "        }\n",
        "        return this.%c;\n",
        "    }\n\n",
        "    private static final int %K = %N;\n",
        "        LOGGER.debug(\"%t {}\", %c);\n",
        "    @Override\n",
        "        %c.put(\"%q\", %n);\n",
    ],
    secret: "    private static final String NAME = \"VALUE\";\n",
};

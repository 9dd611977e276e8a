//! Bundles for browsers: names of one or two letters, no blanks, lines that are as long as a file, now and then an image
//! or a font as base64.

use super::{Shape, Style};

pub(super) const SHAPE: Shape = Shape { sizes: 32 << 10..=512 << 10, styles: &[BUNDLE], assignments: true };

const BUNDLE: Style = Style {
    path: "dist/%w-#.%h.min.js",
    head: "/*! %P v%V | MIT */\n!function(e,t){\"object\"==typeof exports?t(exports):t((e=e||self).%T={})}(this,function(e){\"use strict\";",
    rows: &[
        "function %x(%x,%x){return %x.%c(%x)}",
        "var %x=%x.%c,%x=%x(%n),%x=%x[%n];",
        "if(%x&&%x.%c!==%x)for(var %x=0;%x<%x.length;%x++)%x(%x[%x],!0);",
        "%x.prototype.%c=function(%x){this.%c=%x||{},%x.call(this,\"%w\")};",
        "%x=%x?%x.%c:void 0,%x=null==%x?\"\":%x+\"%w-%w\";",
        "(%x=%x.%c(\"%v\"))&&%x.push({%c:%x,%c:%n,%c:\"%w\"});",
        "switch(%x){case %n:return %x(%x);case\"%w\":%x=%x;break;default:%x()}",
        "throw new Error(\"%t\");",
        "Object.defineProperty(%x,\"%c\",{enumerable:!0,get:function(){return %x.%c}});",
        "%n:function(%x,%x,%x){\"use strict\";%x.r(%x),%x.d(%x,{%x:()=>%x});var %x=%x(%N);",
        ".%w-%w{%w:#%h;width:%npx}",
        "try{%x=JSON.parse(%x.%c)}catch(%x){console.error(\"%t\",%x)}",
        "%x=[%n,%n,%n,%n,%N,%N,%f];",
        "const{%c:%x,%c:%x}=%x,%x=%x=>%x.%c(%x);",
        "%x.exports=\"data:image/png;base64,%b\";",
        "%x=/^[a-z0-9._%%+-]+@[a-z.]{2,}$/i;",
        "e.%c=%x,e.%c=%x,e.%c=%x,e.%T=%x;",
        "%x(\"%K\",(function(){return %x.%c})),%x.%c(\"%U\");",
        "return %x.createElement(%x,{%c:%x,%c:\"%w\"},%x(\"%t\"));}",
        "var %x=\"%w\",%x=\"%w\",%x=\"%c\",%x=%x;",
        "while(%x--)%x^=%x<<%n,%x=(%x>>>%n)+%x|0;",
        "%x(%x,function(%x,%x){%x.%c(%x)?%x.%c():%x.%c=!1});",
        "async function %x(%x){const %x=await fetch(\"/api/%w/%w\");return %x.%c}",
        "\n",
    ],
    secret: "var %x={NAME:\"VALUE\"};",
};

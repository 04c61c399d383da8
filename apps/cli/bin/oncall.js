#!/usr/bin/env -S node --min-semi-space-size=64 --max-semi-space-size=64
// Room for new objects: an investigation holds some megabytes for a second or two, and with V8's 16 MB a third of its CPU
// goes into copying them.
import "../dist/main.js";

{# The entries of one segment of a sparse connection; they go to different places. Four at a time, since the compiler
   cannot know that. #}
{% macro run(first, last, value) %}
    for (; {{ first }} + 4 <= {{ last }}; {{ first }} += 4) {
        Value *const p0 = to + offsets[{{ first }}], *const p1 = to + offsets[{{ first }} + 1];
        Value *const p2 = to + offsets[{{ first }} + 2], *const p3 = to + offsets[{{ first }} + 3];
        const Value v0 = *p0 {{ value('') }}, v1 = *p1 {{ value(' + 1') }}, v2 = *p2 {{ value(' + 2') }}, v3 = *p3 {{ value(' + 3') }};
        *p0 = v0;
        *p1 = v1;
        *p2 = v2;
        *p3 = v3;
    }
    for (; {{ first }} < {{ last }}; {{ first }}++)
        to[offsets[{{ first }}]] = to[offsets[{{ first }}]] {{ value('') }};
{% endmacro %}
{% set times = '_factor * ' if scaled else '' %}
{% macro plus(k) %}+ {{ times }}(Value){{ entry_size }}{% endmacro %}
{% macro minus(k) %}- {{ times }}(Value){{ entry_size }}{% endmacro %}
{% macro coded(k) %}+ {{ times }}table[codes[e{{ k }}]]{% endmacro %}
{% macro number(k) %}+ {{ times }}values[e{{ k }}]{% endmacro %}
static inline __attribute__((always_inline)) void add_segment(Value* const to, const size_t segment{% if scaled %}, const Value _factor{% endif %})
{
    size_t e = starts[segment];
    const size_t end = starts[segment + 1];
    {% if form == 'signs' %}
    const size_t turn = turns[segment];
{{ run('e', 'turn', plus) }}
{{ run('e', 'end', minus) }}
    {% elif form == 'codes' %}
{{ run('e', 'end', coded) }}
    {% else %}
{{ run('e', 'end', number) }}
    {% endif %}
}

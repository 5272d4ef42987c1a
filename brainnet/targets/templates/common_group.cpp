{# As Brian2's, but the support code of each code object has a namespace of its own, so that all of them fit into
   one translation unit: that is what makes compiling quick. #}
{% macro unit_includes() %}
#include "objects.h"
#include "brianlib/common_math.h"
#include "brianlib/stdint_compat.h"
#include<chrono>
#include<cmath>
#include<ctime>
#include<fstream>
#include<iostream>
#include<climits>
{% for name in user_headers | sort %}
#include {{name}}
{% endfor %}
{# Profiles count in seconds until Brian2 2.9, in nanoseconds later. #}
#ifndef _BRAINNET_ADD_TIME
#define _BRAINNET_ADD_TIME
static inline void _add_time(double& total, std::chrono::nanoseconds time) { total += std::chrono::duration<double>(time).count(); }
static inline void _add_time(std::chrono::nanoseconds& total, std::chrono::nanoseconds time) { total += time; }
#endif
{% endmacro %}

{% macro before_run_cpp_file() %}
#include "code_objects/before_run_{{codeobj_name}}.h"
{{ unit_includes() }}
namespace _unit_before_run_{{codeobj_name}} {
    {{support_code_lines|autoindent}}
}

void _before_run_{{codeobj_name}}()
{
    using namespace brian;
    using namespace _unit_before_run_{{codeobj_name}};
    ///// CONSTANTS ///////////
    %CONSTANTS%
    ///// POINTERS ////////////
    {{pointers_lines|autoindent}}
    ///// CODE ////////////////
    {% block before_code %}
    // EMPTY_CODE_BLOCK  -- will be overwritten in child templates
    {% endblock %}
}
{% endmacro %}

{% macro before_run_h_file() %}
void _before_run_{{codeobj_name}}();
{% endmacro %}

{% macro cpp_file() %}
#include "code_objects/{{codeobj_name}}.h"
{{ unit_includes() }}
{% block extra_headers %}
{% endblock %}
namespace _unit_{{codeobj_name}} {
    {{support_code_lines|autoindent}}
    {% block extra_support_code %}
    {% endblock %}
}

////// HASH DEFINES ///////
{{hashdefine_lines|autoindent}}

void _run_{{codeobj_name}}()
{
    using namespace brian;
    using namespace _unit_{{codeobj_name}};

    {% if profiled %}
    const auto _start_time = std::chrono::steady_clock::now();
    {% endif %}

    ///// CONSTANTS ///////////
    %CONSTANTS%
    ///// POINTERS ////////////
    {{pointers_lines|autoindent}}
    ///// CODE ////////////////
    {% block maincode %}
    {# Will be overwritten in child templates #}
    {% endblock %}

    {% if profiled %}
    const auto _run_time = std::chrono::steady_clock::now() - _start_time;
    _add_time({{codeobj_name}}_profiling_info, _run_time);
    {% endif %}
}

{% block extra_functions_cpp %}
{% endblock %}

{% endmacro %}

{% macro h_file() %}
#ifndef _INCLUDED_{{codeobj_name}}
#define _INCLUDED_{{codeobj_name}}

void _run_{{codeobj_name}}();

{% block extra_functions_h %}
{% endblock %}

#endif
{% endmacro %}

{% macro after_run_cpp_file() %}
#include "code_objects/after_run_{{codeobj_name}}.h"
{{ unit_includes() }}
namespace _unit_after_run_{{codeobj_name}} {
    {{support_code_lines|autoindent}}
}

void _after_run_{{codeobj_name}}()
{
    using namespace brian;
    using namespace _unit_after_run_{{codeobj_name}};
    ///// CONSTANTS ///////////
    %CONSTANTS%
    ///// POINTERS ////////////
    {{pointers_lines|autoindent}}
    ///// CODE ////////////////
    {% block after_code %}
    // EMPTY_CODE_BLOCK  -- will be overwritten in child templates
    {% endblock %}
}
{% endmacro %}

{% macro after_run_h_file() %}
void _after_run_{{codeobj_name}}();
{% endmacro %}

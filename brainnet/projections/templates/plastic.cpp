{# What spikes do to weights: a row for each presynaptic neuron, a column for each postsynaptic one. #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include <vector>
{% endblock %}

{% block extra_support_code %}
const size_t N_PRE = {{ n_pre }}, N_POST = {{ n_post }};
{% if prunable %}
{% include 'left.cpp' %}
{% endif %}

// A decaying trace relative to now.
static inline void renew(double* x, const size_t n, const double factor)
{
    for (size_t k = 0; k < n; k++) {
        const double now = x[k] * factor;
        x[k] = fabs(now) < {{ nothing }} ? 0.0 : now;
    }
}
{% endblock %}

{% block maincode %}
    {% set rows = side == 'pre' %}
    {% set here, other = ('_row', '_column') if rows else ('_column', '_row') %}
    {% if side == 'reward' %}
    {% set here = '_giver' %}
    {% endif %}
    {% include 'spikes.cpp' %}
    {% if prunable and side != 'reward' %}
    static const Left _left({{ get_array_name(variables['kept']) }}, {{ 'true' if rows else 'false' }});
    {% endif %}
    {% if gated %}
    const bool _learns = {{ get_array_name(variables['_gate']) }}[0];
    {% else %}
    const bool _learns = true;
    {% endif %}
    if (_count > 0) {
        {% for _, start, rate, arrays in decaying %}
        {
            double* const _from = {{ get_array_name(variables[start]) }};
            const double _decayed = ({{ get_array_name(variables['t']) }}[0] - _from[0]) * {{ rate }};
            if (_learns && _decayed > {{ decayed }}) {
                {% for array in arrays %}
                renew({{ get_array_name(variables[array]) }}, {{ variables[array].size }}, exp(-_decayed));
                {% endfor %}
                _from[0] = {{ get_array_name(variables['t']) }}[0];
            }
        }
        {% endfor %}
        {% for part in walks %}
        if ({{ '_learns' if part == 'each' else '!_learns' }}) {
            const size_t _vectorisation_idx = -1;
            {{scalar_code[part]|autoindent}}
            for (int32_t _k = 0; _k < _count; _k++) {
                const size_t {{ here }} = _events[_k];
                {% for form in forms %}
                {% if form == 'rows' and rows and bundles %}
                {# A bundle: which synapses of its row, _row being the bundle. #}
                const size_t _source = {{ get_array_name(variables['_row_neuron']) }}[_row];
                const size_t _begin = {{ get_array_name(variables['_row_start']) }}[_source];
                {% set starts = get_array_name(variables['_bundle_start']) %}
                for (size_t _n = {{ starts }}[_row], _end = {{ starts }}[_row + 1]; _n < _end; _n++) {
                    const size_t _idx = _begin + {{ get_array_name(variables['_bundle_rank']) }}[_n], _vectorisation_idx = _idx;
                    const size_t _target = {{ get_array_name(variables['_j_of']) }}[_idx];
                    const size_t _column = {{ get_array_name(variables['_column_at']) ~ '[_idx]' if 'post' in bundles else '_target' }};
                {% elif form == 'rows' %}
                {% set starts = get_array_name(variables['_row_start' if rows else '_column_start']) %}
                for (size_t _n = {{ starts }}[{{ here }}], _end = {{ starts }}[{{ here }} + 1]; _n < _end; _n++) {
                    {% if rows %}
                    const size_t _column = {{ get_array_name(variables['_j_of']) }}[_n];
                    const size_t _idx = _n, _vectorisation_idx = _idx;
                    const size_t _source = _row, _target = _column;
                    {% else %}
                    {% if ahead %}
                    // Each synapse of a column lies in another cache line, and the processor does not look ahead beyond
                    // what a rule with states computes for one.
                    if (_n + {{ ahead }} < _end) {
                        const size_t _row = {{ get_array_name(variables['_row_of']) }}[_n + {{ ahead }}];
                        const size_t _next = {{ get_array_name(variables['_row_start']) }}[{{ get_array_name(variables['_row_neuron']) ~ '[_row]' if bundles else '_row' }}] + {{ get_array_name(variables['_rank_of']) }}[_n + {{ ahead }}];
                        {% for name in each_synapse if name in variables %}
                        __builtin_prefetch({{ get_array_name(variables[name]) }} + _next, 1);
                        {% endfor %}
                    }
                    {% endif %}
                    const size_t _row = {{ get_array_name(variables['_row_of']) }}[_n];
                    const size_t _source = {{ get_array_name(variables['_row_neuron']) ~ '[_row]' if bundles else '_row' }};
                    const size_t _target = {{ get_array_name(variables['_column_neuron']) ~ '[_column]' if 'post' in bundles else '_column' }};
                    const size_t _idx = {{ get_array_name(variables['_row_start']) }}[_source] + {{ get_array_name(variables['_rank_of']) }}[_n], _vectorisation_idx = _idx;
                    {% endif %}
                {% elif form == 'given' %}
                {% if chosen %}
                {% set starts = get_array_name(variables[chosen['starts']]) %}
                for (size_t _n = {{ starts }}[_giver], _end = {{ starts }}[_giver + 1]; _n < _end; _n++) {
                    const size_t _idx = {{ get_array_name(variables[chosen['synapses']]) }}[_n], _vectorisation_idx = _idx;
                {% else %}
                for (size_t _idx = 0; _idx < {{ variables['w'].size }}; _idx++) {
                    const size_t _vectorisation_idx = _idx;
                {% endif %}
                    {% if prunable %}
                    if (!{{ get_array_name(variables['kept']) }}[_idx])
                        continue;
                    {% endif %}
                    {% if sparse %}
                    const size_t _source = {{ get_array_name(variables['_i_of']) }}[_idx], _target = {{ get_array_name(variables['_j_of']) }}[_idx];
                    {% else %}
                    const size_t _source = _idx / N_POST, _target = _idx % N_POST;
                    {% endif %}
                    const size_t _row = {{ get_array_name(variables[lines['pre']]) ~ '[_idx]' if 'pre' in lines else '_source' }};
                    const size_t _column = {{ get_array_name(variables[lines['post']]) ~ '[_idx]' if 'post' in lines else '_target' }};
                {% elif form == 'few' %}
                for (size_t _n = _left.few ? _left.start[{{ here }}] : 1, _end = _left.few ? _left.start[{{ here }} + 1] : 0; _n < _end; _n++) {
                    const size_t {{ other }} = _left.other[_n];
                {% else %}
                {% if prunable %}
                if (_left.few)
                    continue;
                {% endif %}
                for (size_t {{ other }} = 0; {{ other }} < {{ 'N_POST' if rows else 'N_PRE' }}; {{ other }}++) {
                {% endif %}
                    {% if form in ('few', 'whole') %}
                    const size_t _idx = _row * N_POST + _column, _vectorisation_idx = _idx;
                    const size_t _source = _row, _target = _column;
                    {% endif %}
                    {% if prunable and form == 'whole' %}
                    if (!_left.all && !_left.kept[_idx])
                        continue;
                    {% endif %}
                    const size_t _presynaptic_idx = _source + {{ pre_start }}, _postsynaptic_idx = _target + {{ post_start }};
                    {{vector_code[part]|autoindent}}
                }
                {% endfor %}
            }
        }
        {% endfor %}
        {% if spiking %}
        if (_learns) {
            const size_t _vectorisation_idx = -1;
            {{scalar_code['spiking']|autoindent}}
            for (int32_t _k = 0; _k < _count; _k++) {
                const size_t _row = _events[_k], _column = _row, _vectorisation_idx = _row;
                {{vector_code['spiking']|autoindent}}
            }
        }
        {% endif %}
    }
{% endblock %}

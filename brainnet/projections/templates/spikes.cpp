    {# What arrives in this step: _events and their _count; neurons from the first of a subgroup, or bundles of them. #}
    const int32_t* _events = {{ get_array_name(variables['_spikespace']) }};
    int32_t _count = _events[{{ variables['_spikespace'].size - 1 }}];
    {% if bundled %}
    // One list of bundles a step of delay.
    static std::vector<int32_t> _ring[{{ delay + 1 }}];
    static size_t _now = 0;
    _ring[_now].clear();
    _now = (_now + 1) % {{ delay + 1 }};
    for (int32_t _k = 0; _k < _count; _k++) {
        {% if part %}
        if (_events[_k] < {{ source_start }} || _events[_k] >= {{ source_start + n_source }})
            continue;
        {% endif %}
        const size_t _neuron = _events[_k] - {{ source_start }};
        {% if bursts %}
        for (int32_t _n = (int32_t){{ get_array_name(variables['_bursts']) }}[_events[_k]]; _n > 0; _n--)
        {% endif %}
        for (int32_t _bundle = {{ first }}[_neuron]; _bundle < {{ first }}[_neuron + 1]; _bundle++)
            _ring[(_now + {{ late ~ '[_bundle]' if differs else delay }}) % {{ delay + 1 }}].push_back(_bundle);
    }
    _events = _ring[_now].data();
    _count = _ring[_now].size();
    {% elif part or delay or bursts %}
    // One list of neurons a step of delay.
    static std::vector<int32_t> _ring[{{ delay + 1 }}];
    static size_t _now = 0;
    std::vector<int32_t>& _arrived = _ring[_now];
    _arrived.clear();
    for (int32_t _k = 0; _k < _count; _k++) {
        {% if part %}
        if (_events[_k] >= {{ source_start }} && _events[_k] < {{ source_start + n_source }})
        {% endif %}
            {% if bursts %}
            for (int32_t _n = (int32_t){{ get_array_name(variables['_bursts']) }}[_events[_k]]; _n > 0; _n--)
            {% endif %}
            _arrived.push_back(_events[_k] - {{ source_start }});
    }
    _now = (_now + 1) % {{ delay + 1 }};
    _events = _ring[_now].data();
    _count = _ring[_now].size();
    {% endif %}

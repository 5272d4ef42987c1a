{% extends 'projection.cpp' %}

{% block kernel %}
static void add(Value* v, const int32_t* spikes, size_t n)
{
    for (size_t k = 0; k < n; k++)
        for (int64_t entry = starts[spikes[k]]; entry < starts[spikes[k] + 1]; entry++)
            v[columns[entry]] += weights[entry];
}
{% endblock %}

{% extends 'projection.cpp' %}

{% block kernel %}
static void add_one(Value* v, const int32_t* spikes, size_t n)
{
    for (size_t k = 0; k < n; k++)
        for (int64_t entry = starts[spikes[k]]; entry < starts[spikes[k] + 1]; entry++)
            v[columns[entry]] += weights[entry];
}

static void add(Value* v, const int32_t* spikes, const size_t* from)
{
    for (size_t c = 0; c < COPIES; c++)
        add_one(v + c * N_POST, spikes + from[c], from[c + 1] - from[c]);
}
{% endblock %}

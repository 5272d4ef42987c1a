{% extends 'projection.cpp' %}

{% block kernel %}
{% include 'entries.cpp' %}

static void add(Value* v, const int32_t* spikes, const size_t* from)
{
    for (size_t c = 0; c < COPIES; c++)
        for (size_t k = from[c]; k < from[c + 1]; k++)
            add_segment(v + c * N_POST, spikes[k]{% if scaled %}, brian::{{ get_array_name(variables['_factor'], access_data=False) }}[spikes[k]]{% endif %});
}
{% endblock %}

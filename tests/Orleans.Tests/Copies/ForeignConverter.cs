using Orleans;

namespace Cluster.OrleansTests;

[RegisterConverter]
public sealed class ForeignConverter : IConverter<Foreign, ForeignSurrogate>
{
    public Foreign ConvertFromSurrogate(in ForeignSurrogate surrogate) => new(surrogate.Value);

    public ForeignSurrogate ConvertToSurrogate(in Foreign value) => new() { Value = value.Value };
}

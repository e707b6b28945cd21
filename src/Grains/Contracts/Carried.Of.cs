using System.Text.Json;
using Cluster.Coordinator.Json;

namespace Cluster.Grains.Contracts;

/// <summary>Makes <see cref="Carried{T}"/> values.</summary>
public static class Carried
{
    /// <summary>Writes a value; <typeparamref name="T"/> must be the base type where the value's type is one of a closed set.</summary>
    public static Carried<T> Of<T>(T value) => new() { Json = JsonSerializer.Serialize(value, CoordinatorJson.Options) };
}

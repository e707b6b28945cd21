using System.Text.Json;
using Cluster.Coordinator.Json;

namespace Cluster.Grains.Contracts;

/// <summary>
/// A value of Coordinator's on its way between grains, as JSON by Coordinator's own conventions: those types know
/// nothing of Orleans, and what is carried is what journals hold, so a silo of another version reads it by the same
/// rules.
/// </summary>
/// <typeparam name="T">A plain data type.</typeparam>
[GenerateSerializer]
[Alias("cluster.carried`1")]
public readonly record struct Carried<T>
{
    /// <summary>The JSON text.</summary>
    [Id(0)]
    public string Json { get; init; }

    /// <summary>Reads the value; each call makes a new one.</summary>
    public T Value() => JsonSerializer.Deserialize<T>(Json, CoordinatorJson.Options)
        ?? throw new JsonException($"A {typeof(T).Name} was carried as null.");
}

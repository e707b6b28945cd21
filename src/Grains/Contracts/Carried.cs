using System.Text.Json;

namespace Cluster.Grains.Contracts;

/// <summary>
/// A Coordinator value sent between grains, as JSON by Coordinator's own conventions: those types are independent of Orleans, and the JSON
/// is the same as in journals, so a silo of another version reads it by the same rules. Not generic, because Orleans only decodes
/// registered types, which Coordinator's are not.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("cluster.carried")]
public readonly record struct Carried
{
    /// <summary>The JSON text.</summary>
    [Id(0)]
    public string Json { get; init; }

    /// <summary>Writes a value; <typeparamref name="T"/> must be the base type where the value's type is one of a closed set.</summary>
    public static Carried Of<T>(T value) => new() { Json = JsonSerializer.Serialize(value, PlanJson.Options) };

    /// <summary>Reads the value, by the type that it was written as; each call makes a new one.</summary>
    public T Value<T>() => JsonSerializer.Deserialize<T>(Json, PlanJson.Options)
        ?? throw new JsonException($"A {typeof(T).Name} was carried as null.");
}

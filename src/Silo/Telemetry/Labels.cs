namespace Cluster.Silo.Telemetry;

/// <summary>Converts members of closed sets to labels: snake_case.</summary>
internal static class Labels
{
    // By the names that journals give them.
    private static readonly Dictionary<Type, string> Kinds = typeof(WorkItem).GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToDictionary(kind => kind.DerivedType, kind => Snake($"{kind.TypeDiscriminator}"));

    /// <summary>Every kind of work.</summary>
    public static IReadOnlyCollection<string> Works => Kinds.Values;

    public static string Of<T>(T value)
        where T : struct, Enum => Snake(value.ToString());

    /// <summary>The name of a status as gRPC writes it: "OK", "NOT_FOUND".</summary>
    public static string Status(StatusCode code) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());

    /// <summary>"accuracy", "latency": the kind of a piece of work, one of <see cref="Works"/>.</summary>
    public static string Of(WorkItem item) => Kinds.GetValueOrDefault(item.GetType(), "other");

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Settings of the health service.</summary>
public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which of the host's health checks each service's status is made of.</summary>
    public ServiceMappingCollection Services { get; } = new();
}

/// <summary>The name and tags of a health check.</summary>
public sealed class HealthCheckMapContext
{
    internal HealthCheckMapContext(string name, IEnumerable<string> tags) => (Name, Tags) = (name, tags);

    public string Name { get; }

    public IEnumerable<string> Tags { get; }
}

/// <summary>The services with a status; "" is the server as a whole.</summary>
public sealed class ServiceMappingCollection
{
    private readonly Dictionary<string, Func<HealthCheckMapContext, bool>> _mappings = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<string, Func<HealthCheckMapContext, bool>> Predicates => _mappings;

    public void Map(string name, Func<HealthCheckMapContext, bool> predicate) => _mappings[name] = predicate;
}

namespace Orleans.Configuration;

/// <summary>The cluster's name and the service's.</summary>
public class ClusterOptions
{
    public const string DefaultClusterId = "default";

    public const string DefaultServiceId = "default";

    internal const string DevelopmentId = "dev";

    public string ClusterId { get; set; } = DefaultClusterId;

    public string ServiceId { get; set; } = DefaultServiceId;
}

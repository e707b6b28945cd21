namespace Orleans.Configuration;

/// <summary>Here so that code which offers such clusters compiles.</summary>
public class AdoNetClusteringClientOptions
{
    public string? ConnectionString { get; set; }

    public string? Invariant { get; set; }
}

namespace Orleans.Configuration;

/// <summary>Here so that code which offers such clusters compiles.</summary>
public class AdoNetClusteringSiloOptions
{
    public string? ConnectionString { get; set; }

    public string? Invariant { get; set; }
}

/// <summary>Here so that code which offers such clients compiles.</summary>
public class AdoNetClusteringClientOptions
{
    public string? ConnectionString { get; set; }

    public string? Invariant { get; set; }
}

/// <summary>Here so that code which offers such reminders compiles.</summary>
public class AdoNetReminderTableOptions
{
    public string? ConnectionString { get; set; }

    public string? Invariant { get; set; }
}

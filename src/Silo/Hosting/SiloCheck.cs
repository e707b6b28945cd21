namespace Cluster.Silo.Hosting;

/// <summary>
/// `silo --check`: possible faults of a command line, its files and its environment, and what a silo would do with them. It starts,
/// connects to and writes nothing, so it can run on any machine.
/// </summary>
internal static class SiloCheck
{
    /// <summary>What the silo would do, one line each.</summary>
    /// <exception cref="UsageException">The command line is wrong. Other exceptions are those of a start, too.</exception>
    public static IReadOnlyList<string> Run(SiloOptions options, IConfiguration environment)
    {
        var folders = new SiloFolders(options);

        // Free ports and devices of this machine say nothing about the intended one.
        StartChecks.RequireSensible(options);
        folders.RequireShareable();
        var token = CallerTokens.Read(options.TokenFile, options.TokensFile);
        _ = options.Encryption.Load();
        _ = options.Encryption.LoadForSilos();
        TelemetryExport.RequireUsable(environment);
        return
        [
            $"listens on {options.Listen}, for {(token is null ? "anyone who reaches it" : "callers with a token")}",
            .. options.Encryption.Describe(),
            .. options.Page is { } page ? [$"shows its jobs to browsers on {page}"] : Array.Empty<string>(),
            .. options.OrleansDashboard ? ["shows Orleans' own dashboard to admins there, at /orleans"] : Array.Empty<string>(),
            options.Slots.Count == 0 ? "coordinates jobs, and has no slots" : $"works on {string.Join(", ", options.Slots)}",
            $"keeps its files in {folders.Root}, artefacts in {Artefacts(options, folders)}{Cached(options)}",
            Membership(options),
            TelemetryExport.Describe(environment),
            .. StartChecks.Warnings(options).Select(warning => $"warns: {warning}"),
        ];
    }

    private static string Artefacts(SiloOptions options, SiloFolders folders) => options.Bucket is { } bucket
        ? $"{bucket}, copies of them in {folders.Artefacts}{Limit(options.CopiedBytes)}"
        : folders.Artefacts;

    private static string Cached(SiloOptions options) =>
        (options.UnpackedBytes == 0 ? "" : $", unpacked data{Limit(options.UnpackedBytes)}")
        + (options.CalibrationBytes == 0 ? "" : $", calibration statistics{Limit(options.CalibrationBytes)}");

    private static string Limit(long bytes) =>
        bytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" within {(double)bytes / (1L << 30):0.###} GiB");

    private static string Membership(SiloOptions options) => options.Database is { } database
        ? $"is {options.Advertised} of the cluster '{options.ClusterId}' in {PostgresJobStore.Describe(database)}"
        : "is a cluster of its own";
}

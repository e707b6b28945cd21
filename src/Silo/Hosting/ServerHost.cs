using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace Cluster.Silo.Hosting;

/// <summary>The common part of a silo and a gateway: they listen, log, send telemetry, have stores and answer clients.</summary>
internal static class ServerHost
{
    /// <summary>
    /// A host that listens and logs. Its telemetry is added before anything else: hosted services stop in reverse order, so
    /// the last of it is still sent. It reads its files again while it runs, so that its log reports changes.
    /// </summary>
    /// <param name="options">Where it listens, with which encryption, and its page.</param>
    /// <param name="tokens">The tokens of callers, or null for none.</param>
    /// <param name="silos">The identity among the cluster's servers, or null for none.</param>
    /// <param name="id">The process's id in telemetry.</param>
    public static WebApplicationBuilder Create(
        ServerOptions options, ReloadedFiles<TokenList>? tokens, ServerIdentity? silos, string id)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ApplicationName = "Cluster.Silo" });
        builder.WebHost.ListenToClients(options);
        if (options.Page is not null)
        {
            builder.Services.AddPage(new PageOptions(HasTokens: tokens is not null, options.Grafana));
        }

        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.FormatterName = VisibleConsole.FormatterName)
            .AddConsoleFormatter<VisibleConsole, ConsoleFormatterOptions>();
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>().TryAddSingleton(TimeProvider.System);
        builder.Logging.LeaveOutWhatIsUsual();
        builder.AddClusterTelemetry(id);
        if (silos is not null)
        {
            builder.Services.AddSingleton(silos);
        }

        if (tokens is not null)
        {
            builder.Services.AddSingleton(tokens);
        }

        return builder;
    }

    /// <summary>The settings of the services that a silo and a gateway have alike.</summary>
    public static ApiOptions ApiOptions(
        ServerOptions options, ReloadedFiles<TokenList>? tokens, byte[] pageTokenKey, NodeText text) => new()
        {
            Tokens = tokens is null ? null : tokens.Read,
            PageTokenKey = pageTokenKey,
            MaxArtefactBytes = options.MaxArtefactBytes,
            Quotas = options.Quotas,
            CallsPerPeriod = options.CallsPerSecond,
            Redact = text.Redact,
        };

    /// <summary>Adds the removal of what is no longer kept.</summary>
    public static void AddSweep(WebApplicationBuilder builder, RetentionRules rules) => builder.Services.AddHostedService(
        services => ActivatorUtilities.CreateInstance<ArtefactSweep>(services, rules));

    /// <summary>Adds the stores of jobs, metered, and of artefacts.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="stores">The stores; the host disposes of their bucket, and somebody else of the jobs.</param>
    /// <param name="copiedBytes">The limit for copies of the bucket's artefacts not in use; 0: none.</param>
    public static void AddStores(WebApplicationBuilder builder, ClusterStores stores, long copiedBytes)
    {
        builder.Services.AddSingleton<IJobStore>(services => ActivatorUtilities.CreateInstance<MeteredJobStore>(services, stores.Jobs))
            .AddSingleton(stores.Owner);
        var folder = new FolderArtefactStore(stores.Folder);
        if (stores.Bucket is not { } bucket)
        {
            builder.Services.AddSingleton<IArtefactStore>(folder)
                .AddSingleton<IArtefactClaims>(new FolderArtefactClaims(stores.Folder));
            return;
        }

        builder.Services.AddSingleton(_ => bucket)
            .AddSingleton(services => new BucketArtefactStore(services.GetRequiredService<BucketClient>(), folder, copiedBytes))
            .AddSingleton<IArtefactStore>(services => services.GetRequiredService<BucketArtefactStore>())
            .AddSingleton<IArtefactClaims, BucketArtefactClaims>();
    }

    /// <summary>Builds the host, which answers clients once started.</summary>
    public static WebApplication Build(WebApplicationBuilder builder, ServerOptions options)
    {
        var server = builder.Build();
        server.Services.GetService<ReloadedFiles<TokenList>>()?.LogTo(server.Services);
        var metrics = server.Services.GetRequiredService<SiloMetrics>();
        if (server.Services.GetService<ServerIdentity>() is { } silos)
        {
            silos.LogTo(server.Services);
            silos.ShowTo(metrics, "silo_ca");
        }

        server.Lifetime.ApplicationStarted.Register(metrics.Begin);
        server.Lifetime.ApplicationStopped.Register(metrics.Leave);
        server.KeepHealthApart(options);
        server.UsePage();
        server.MapClusterApi();
        return server;
    }

    /// <summary>An id that is unique for each start, so that a dead process is never mistaken for a live one.</summary>
    public static string NewId() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Dns.GetHostName().ToLowerInvariant()}-{Environment.ProcessId}-{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds():x}");

    // The command's signals stop the host. The framework's own lifetime would listen for the same signals, and end the command while it
    // still answers them.
    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>
/// The console log, one line per entry. Entries may contain texts of callers, even those of libraries: characters that would control a
/// terminal or start a new line are made visible. Repeated entries are shown once a minute; over OTLP all of them are sent.
/// </summary>
internal sealed class VisibleConsole(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "visible";

    private readonly RepeatedEvents _repeated = new(time);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (_repeated.Untold(logEntry, message) is not { } untold)
        {
            return;
        }

        string what = logEntry.Exception is { } exception ? $"{message} {exception}" : message;
        string more = untold > 0 ? $" ({untold} more since it was last told)" : "";
        textWriter.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{time.GetUtcNow():HH:mm:ss.fff} {Level(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {Line(what)}{more}"));
    }

    // The lines of an exception become one line here.
    private static string Line(string text) => VisibleText.Clean(text.Replace(Environment.NewLine, " ", StringComparison.Ordinal));

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}

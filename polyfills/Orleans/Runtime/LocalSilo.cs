using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>The one silo: the directory of activations, idle collection, start and stop.</summary>
internal sealed class LocalSilo : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<GrainId, Activation> _directory = new();
    private readonly SiloBuilder _setup;
    private readonly LocalMembership _membership;
    private ITimer? _collector;
    private volatile bool _running;
    private volatile bool _stopping;

    public LocalSilo(
        IServiceProvider services, SiloBuilder setup, LocalMembership membership, TimeProvider time, ILoggerFactory loggers,
        IOptions<SiloMessagingOptions> messaging, IOptions<GrainCollectionOptions> collection, IOptions<ClusterOptions> cluster,
        IEnumerable<IIncomingGrainCallFilter> filters)
    {
        (_setup, _membership) = (setup, membership);
        Services = services;
        Time = time;
        Logger = loggers.CreateLogger("Orleans.Silo");
        Collection = collection.Value;
        Cluster = cluster.Value;
        Catalog = new GrainCatalog();
        Copier = new DeepCopier();
        Filters = [.. filters];
        Factory = new GrainFactory(new GrainCalls(this, messaging.Value));
    }

    public IServiceProvider Services { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public GrainCollectionOptions Collection { get; }

    public ClusterOptions Cluster { get; }

    public GrainCatalog Catalog { get; }

    public DeepCopier Copier { get; }

    public IReadOnlyList<IIncomingGrainCallFilter> Filters { get; }

    public GrainFactory Factory { get; }

    public bool IsStopped => _stopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Validate();
        _running = true;
        LocalGateways.Open(_setup.GatewayPort, this);
        _collector = Flow.Timer(Time, _ => Collect(), this, Collection.CollectionQuantum);
        _membership.Tell(SiloStatus.Active);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _membership.Tell(SiloStatus.ShuttingDown);
        _collector?.Dispose();
        LocalGateways.Close(_setup.GatewayPort, this);
        Services.GetService<ReminderService>()?.Dispose();
        _stopping = true;
        while (!_directory.IsEmpty)
        {
            var activations = _directory.Values.ToArray();
            foreach (var activation in activations)
            {
                activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The silo is stopping."));
            }

            try
            {
                await Task.WhenAll(activations.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Logger.LogWarning("The silo stopped with requests still running");
                break;
            }
        }

        _running = false;
    }

    /// <exception cref="SiloUnavailableException">The silo has not started, or has stopped.</exception>
    public void Dispatch(GrainId id, Request request)
    {
        while (true)
        {
            if (!_running)
            {
                throw new SiloUnavailableException($"The silo is not running: {request} was not sent.");
            }

            var activation = _directory.GetOrAdd(id, static (key, silo) => silo.Create(key), this);
            if (activation.TryEnqueue(request))
            {
                return;
            }

            _directory.TryRemove(KeyValuePair.Create(id, activation));
        }
    }

    public void Remove(Activation activation, Activation? successor)
    {
        if (successor is null)
        {
            _directory.TryRemove(KeyValuePair.Create(activation.GrainId, activation));
        }
        else
        {
            _directory[activation.GrainId] = successor;
        }
    }

    public void Dispose() => _collector?.Dispose();

    private Activation Create(GrainId id) =>
        _stopping
            ? throw new SiloUnavailableException($"The silo is stopping: {id} was not activated.")
            : new Activation(this, id, Catalog.Class(id.Type));

    private void Collect()
    {
        var now = Time.GetUtcNow();
        foreach (var activation in _directory.Values)
        {
            activation.DeactivateIfIdle(now);
        }

        _collector?.Change(Collection.CollectionQuantum, Timeout.InfiniteTimeSpan);
    }

    private void Validate()
    {
        if (!_setup.IsClustered)
        {
            throw new OrleansConfigurationException(
                "No clustering is configured: call UseLocalhostClustering(), or restore the package of another clustering provider.");
        }

        if (string.IsNullOrWhiteSpace(Cluster.ClusterId) || string.IsNullOrWhiteSpace(Cluster.ServiceId))
        {
            throw new OrleansConfigurationException(
                $"Configuration for {nameof(ClusterOptions)} is invalid. "
                + $"A non-empty {nameof(Cluster.ClusterId)} and {nameof(Cluster.ServiceId)} are required.");
        }

        if (Collection.CollectionAge <= Collection.CollectionQuantum)
        {
            throw new OrleansConfigurationException(
                $"CollectionAgeLimit is {Collection.CollectionAge} and must be greater than {nameof(Collection.CollectionQuantum)}, "
                + $"which is set to {Collection.CollectionQuantum}");
        }

        Catalog.Validate(Copier);
    }
}

using System.Collections.Concurrent;
using Cluster.Grains.Candidates;
using Cluster.Grains.Jobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Simulation.Rehearsals;

/// <summary>
/// A whole cluster in one process on virtual time: the product's job loops, attempts, directory, nodes and announcements; what is played
/// is the work on slots, the messages between silos, the store and the clock.
/// </summary>
internal sealed class ClusterRehearsal
{
    private static readonly TimeSpan MembersKnowAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BackAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    // Of the real clock, where the virtual one has nothing left.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // What a grain's activation is: one turn at a time, also after a wait.
    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly ConcurrentDictionary<string, RehearsedSilo> _silos = new(StringComparer.Ordinal);
    private readonly NodeDirectory _directory;
    private readonly RehearsedStore _store;
    private readonly SyntheticNetwork _network;
    private readonly Weather _weather;
    private readonly long _seed;

    /// <param name="network">What all jobs are about.</param>
    /// <param name="weather">What goes wrong.</param>
    /// <param name="seed">Draws when and where.</param>
    /// <param name="options">Times of the cluster's life signs; null: the product's.</param>
    public ClusterRehearsal(SyntheticNetwork network, Weather weather, long seed, GrainOptions? options = null)
    {
        (_network, _weather, _seed, Options) = (network, weather, seed, options ?? new GrainOptions());
        Network = new RehearsedNetwork(Time, seed, weather);
        _directory = new NodeDirectory(Time, Options);
        _store = new RehearsedStore(Time);
    }

    public VirtualTime Time { get; } = new();

    public RehearsedNetwork Network { get; }

    public GrainOptions Options { get; }

    /// <summary>Runs jobs, submitted at once, to their ends.</summary>
    /// <returns>Each job's journal, in the order of the jobs, with virtual times.</returns>
    public IReadOnlyList<IReadOnlyList<JournalRecord>> Run(IReadOnlyList<RehearsedJob> jobs, int nodes, QuietPool pool)
    {
        var running = RunAsync(jobs, nodes);
        while (!running.IsCompleted)
        {
            pool.Wait();

            // Where the pool has more threads than are held, something may still compute, and be about to set a timer or to end.
            var armed = Time.ArmedAsync();
            if (!running.IsCompleted && (Time.Elapsed > Longest || (!Time.Step() && Task.WaitAny([running, armed], Patience) < 0)))
            {
                throw new InvalidOperationException($"The jobs did not end within {Time.Elapsed}: nothing is left that would wake them.");
            }
        }

        return running.GetAwaiter().GetResult();
    }

    /// <summary>Asks the directory, in a turn of its own.</summary>
    internal Task<T> AtDirectoryAsync<T>(Func<NodeDirectory, Task<T>> ask) =>
        Task.Factory.StartNew(() => ask(_directory), CancellationToken.None, TaskCreationOptions.None, _turns).Unwrap();

    /// <summary>Asks a node; one that was lost has no answer.</summary>
    internal Task<T> AtNodeAsync<T>(string node, Func<RehearsedSilo, Task<T>> ask) =>
        _silos.GetValueOrDefault(node) is { LostAt: null } silo ? ask(silo) : RehearsedNetwork.Never<T>();

    /// <summary>The members, as far as they know by now.</summary>
    internal IReadOnlyList<string> Members => [.. _silos.Keys.Where(IsMember).Order(StringComparer.Ordinal)];

    /// <summary>Whether a node is one of the members, as far as they know by now.</summary>
    internal bool IsMember(string node) => _silos.GetValueOrDefault(node) is { } silo
        && !(silo.LostAt is { } lost && Time.Elapsed - lost > MembersKnowAfter);

    private async Task<IReadOnlyList<IReadOnlyList<JournalRecord>>> RunAsync(IReadOnlyList<RehearsedJob> jobs, int nodes)
    {
        for (var i = 0; i < nodes; i++)
        {
            await StartAsync(i, generation: 0);
        }

        var host = new RehearsedJobs(jobs.ToDictionary(job => job.Entry.Id, StringComparer.Ordinal), Options, Time);
        var (grains, nodeServices) = RehearsedGrains.Of(this, static () => false);
        using var ended = new CancellationTokenSource();
        var crashes = CrashAsync(nodes, ended.Token);
        var running = new List<RunningJob>();
        foreach (var job in jobs)
        {
            await _store.AddAsync(job.Entry, CancellationToken.None);
            running.Add(await RunningJob.StartAsync(
                job.Entry, _store, host, grains, nodeServices, Options, Time, NullLogger.Instance));
        }

        await Task.WhenAll(running.Select(job => job.Completion));
        await ended.CancelAsync();
        await Task.WhenAny(crashes);
        foreach (var job in running)
        {
            await job.DisposeAsync();
        }

        foreach (var silo in _silos.Values)
        {
            silo.Dispose();
        }

        return await Task.WhenAll(jobs.Select(job => _store.ReadJournalAsync(job.Entry.Id, CancellationToken.None)));
    }

    private Task StartAsync(int number, int generation)
    {
        var host = new RehearsedNode($"node-{number:0000}.{generation}", _network, Time, _weather.Of(number));
        RehearsedSilo? silo = null;
        silo = new RehearsedSilo(host, RehearsedGrains.Of(this, () => silo?.LostAt is not null).Grains, _store, Options, Time);
        _silos[host.Id] = silo;
        return silo.StartAsync();
    }

    // Healthy nodes only, so that as many are left as the weather says.
    private async Task CrashAsync(int nodes, CancellationToken cancellationToken)
    {
        var random = new SplitMix64((ulong)_seed);
        var harmed = _weather.Harmed;
        var generations = new int[nodes];
        var back = new List<Task>();
        for (var crash = 0; crash < _weather.Crashes; crash++)
        {
            await Task.Delay(TimeSpan.FromSeconds(_weather.CrashSeconds / _weather.Crashes), Time, cancellationToken);
            var number = harmed + random.Below(nodes - harmed);
            var silo = _silos[$"node-{number:0000}.{generations[number]}"];
            if (silo.LostAt is null)
            {
                silo.Lose(Time.Elapsed);
                back.Add(ComeBackAsync(number, ++generations[number]));
            }
        }

        await Task.WhenAll(back);

        async Task ComeBackAsync(int number, int generation)
        {
            await Task.Delay(BackAfter, Time, cancellationToken);
            await StartAsync(number, generation);
        }
    }
}

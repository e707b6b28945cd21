using Cluster.Contract.V1;
using Cluster.Storage.Postgres;
using Npgsql;

namespace Cluster.Harness;

/// <summary>Silos as processes on one database, a gateway in front if asked for, and what that database tells of their jobs.</summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    private readonly string _folder;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private readonly ChaosSetup _setup;
    private readonly List<SiloMember> _silos = [];
    private readonly PostgresJobStore _store;
    private readonly NpgsqlDataSource _source;

    private ChaosCluster(string folder, ChaosSetup setup, PostgresJobStore store)
    {
        _folder = folder;
        _setup = setup;
        _source = NpgsqlDataSource.Create(setup.Connection);
        _store = store;
    }

    public IReadOnlyList<SiloMember> Silos => _silos;

    /// <summary>What stands before them, or null.</summary>
    public GatewayMember? Gateway { get; private set; }

    // A silo that is stopped takes a call and never answers.
    private static DateTime Deadline => DateTime.UtcNow.AddSeconds(20);

    /// <param name="setup">How the silos are started.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ChaosCluster> StartAsync(ChaosSetup setup, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("cluster-chaos-").FullName;
        var store = await PostgresJobStore.OpenAsync(setup.Connection, time: null, cancellation);
        var cluster = new ChaosCluster(folder, setup, store);
        for (var number = 1; number <= setup.Silos; number++)
        {
            cluster._silos.Add(cluster.Begin(number, setup.Identity?.Invoke(number)));
        }

        await cluster.UntilReadyAsync(cancellation);
        if (setup.Gateway)
        {
            cluster.Gateway = new GatewayMember(setup, folder);
            await cluster.Gateway.UntilReadyAsync(cancellation);
        }

        return cluster;
    }

    /// <summary>Starts one more process that would be a silo of the cluster; the caller ends it.</summary>
    public SiloMember Begin(int number, SiloIdentity? identity)
    {
        var silo = new SiloMember(number, _setup, _folder, identity);
        silo.Start();
        return silo;
    }

    public async Task UntilReadyAsync(CancellationToken cancellation) =>
        await Task.WhenAll(Silos.Where(silo => silo.IsRunning).Select(silo => silo.UntilReadyAsync(cancellation)));

    /// <summary>Submits a synthetic job as a client does; its id.</summary>
    public async Task<string> SubmitAsync(string target, CancellationToken cancellation)
    {
        var request = Guid.NewGuid().ToString();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await SubmitOnceAsync(attempt, target, request, cancellation);
            }
            catch (RpcException notYet) when (notYet.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded && attempt < 60)
            {
                await Task.Delay(500, cancellation);
            }
        }
    }

    /// <summary>Submits it to the gateway, or to one silo, without trying again.</summary>
    public async Task<string> SubmitOnceAsync(int attempt, string target, string request, CancellationToken cancellation)
    {
        using var channel = Connect(attempt);
        var name = await Uploads.SendAsync(channel, [1], new CallOptions(deadline: Deadline, cancellationToken: cancellation));
        var spec = new JobSpec
        {
            Model = name,
            Calibration = new DataSet { Spec = "folder:/none" },
            Target = target,

            // Many plans, several at once: faults are to strike work.
            Strategy = SearchStrategy.Greedy,
        };
        var reply = await new JobService.JobServiceClient(channel)
            .CreateJobAsync(
                new CreateJobRequest { DisplayName = "chaos", Spec = spec, RequestId = request },
                deadline: Deadline,
                cancellationToken: cancellation);
        return reply.Job.Name["jobs/".Length..];
    }

    /// <summary>The job as clients see it.</summary>
    public async Task<Job> GetAsync(string job, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var channel = Connect(attempt);
                return await new JobService.JobServiceClient(channel)
                    .GetJobAsync(new GetJobRequest { Name = $"jobs/{job}" }, deadline: Deadline, cancellationToken: cancellation);
            }
            catch (RpcException notYet) when (notYet.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded && attempt < 60)
            {
                await Task.Delay(500, cancellation);
            }
        }
    }

    /// <summary>What of a job was measured more than once, and why.</summary>
    public MeasuredAgain MeasuredAgain(string job, IReadOnlyList<JournalRecord> records) => Harness.MeasuredAgain.Of(
        records,
        Silos.SelectMany(silo => silo.MeasurementsOf(job)),
        Silos.SelectMany(silo => silo.Outages.Select(outage => (silo.Number, outage)))
            .ToLookup(struck => struck.Number, struck => struck.outage),
        (first, next) => Console.Error.WriteLine($"although the result was kept: {first} and then {next}"));

    public Task<IReadOnlyList<JournalRecord>> ReadAsync(string job, CancellationToken cancellation) =>
        _store.ReadJournalAsync(job, cancellation);

    /// <summary>Forgets connections to a database that has been restarted.</summary>
    public void ForgetConnections() => _source.Clear();

    /// <summary>Completes when all silos say that they are ready for work, or that they are not.</summary>
    public Task UntilServingAsync(bool isServing, CancellationToken cancellation) =>
        Task.WhenAll(Silos.Select(silo => silo.UntilServingAsync(isServing, cancellation)));

    /// <summary>How many records the job's journal has; cheaper than reading it.</summary>
    public async Task<long> LengthAsync(string job, CancellationToken cancellation)
    {
        await using var read = _source.CreateCommand("SELECT length FROM cluster_journal_heads WHERE job_id = $1");
        read.Parameters.AddWithValue(job);
        return (long?)await read.ExecuteScalarAsync(cancellation) ?? 0;
    }

    /// <summary>Completes when the job's journal has so many records.</summary>
    public async Task UntilLengthAsync(string job, double length, CancellationToken cancellation)
    {
        while (await LengthAsync(job, cancellation) < length)
        {
            await Task.Delay(Look, cancellation);
        }
    }

    /// <summary>Completes when one of the silos says that it coordinates the job, or has.</summary>
    public static Task UntilCoordinatedAsync(string job, IEnumerable<SiloMember> silos, CancellationToken cancellation) =>
        Task.WhenAny(silos.Select(silo => silo.UntilSaysAsync($"Job {job} is coordinated here", cancellation)));

    /// <summary>The silo that coordinates the job, as far as silos that run have said so.</summary>
    public SiloMember? CoordinatorOf(string job) =>
        Silos.Where(silo => silo.IsRunning && silo.OwnerOf(job) > 0).MaxBy(silo => silo.OwnerOf(job));

    /// <summary>Seconds until a later owner than that one coordinates the job; null: none did.</summary>
    public double? CoordinatedAfter(string job, long owner, DateTimeOffset at) => Silos
        .SelectMany(silo => silo.TakenUp(job))
        .Where(taken => taken.Token > owner && taken.At > at)
        .Select(taken => (double?)(taken.At - at).TotalSeconds)
        .Min();

    public async ValueTask DisposeAsync()
    {
        Gateway?.Dispose();
        foreach (var silo in Silos)
        {
            silo.Dispose();
        }

        await _store.DisposeAsync();
        await _source.DisposeAsync();
        if (Environment.GetEnvironmentVariable("CLUSTER_CHAOS_KEEP") is null)
        {
            Directory.Delete(_folder, recursive: true);
        }
        else
        {
            await Console.Error.WriteLineAsync($"kept {_folder}");
        }
    }

    private GrpcChannel Connect(int attempt) => Gateway?.Connect() ?? Silos[attempt % Silos.Count].Connect();
}

using System.Diagnostics;
using System.Reflection;
using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Storage;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Tensors;
using Cluster.Silo.Evaluation;
using Cluster.Silo.Reports;

namespace Cluster.Silo.Jobs;

/// <summary>A job that runs in this process: opened and checked first, then run or resumed to its end.</summary>
internal sealed class LocalJob : IDisposable
{
    private readonly JobRequest _request;
    private readonly LazySetup _setup;
    private readonly long _began = Stopwatch.GetTimestamp();

    private LocalJob(JobRequest request, NetworkFile network, JobData data)
    {
        _request = request;
        Network = network;
        Data = data;
        Folder = new JobFolder(request.Output);
        Spec = Describe(request, network, data);
        _setup = new LazySetup(request, network, data, Folder, Spec.Versions);
    }

    /// <summary>What was asked for, as typed.</summary>
    public JobRequest Request => _request;

    /// <summary>Wall time of each stage of this run so far.</summary>
    public IReadOnlyList<StageTime> Timings => [new StageTime("calibration", _setup.CalibrationTime), new StageTime("total", Stopwatch.GetElapsedTime(_began))];

    public NetworkFile Network { get; }

    public JobData Data { get; }

    public JobFolder Folder { get; }

    public JobSpec Spec { get; }

    /// <summary>What calibration, measurement and publishing share; made when it is first needed.</summary>
    public EvaluationSetup Setup => _setup.Value;

    /// <summary>Told when the one calibration pass begins, and when it has ended with its seconds.</summary>
    public Action<string>? Said
    {
        get => _setup.Said;
        set => _setup.Said = value;
    }

    /// <summary>Reads and checks everything that a user can get wrong, before any work is done.</summary>
    /// <exception cref="Kernels.KernelException">Model or data cannot be used.</exception>
    /// <exception cref="JobException">The request itself cannot be met.</exception>
    public static LocalJob Open(JobRequest request)
    {
        if (request.Target != "onnxruntime-cpu")
        {
            throw new JobException($"The target is '{request.Target}' where 'onnxruntime-cpu' is expected: it is the one that this version places and measures for.");
        }

        foreach (string method in request.Methods)
        {
            Kernels.Observers.CalibrationMethod.Parse(method);
        }

        var network = NetworkFile.Open(request.Model);
        var job = new LocalJob(request, network, JobData.Open(request, network));
        job.Spec.Validate();
        return job;
    }

    /// <summary>Runs the job, or resumes it, or reports it where it is finished.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the same command resumes it.</exception>
    public async Task<JobOutcome> RunAsync(IResultPublisher? publisher, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        // Everything that may be refused comes before the earlier job is forgotten.
        var latencies = _request.LatencyTable is { } table ? LatencyTableFile.Read(table, Spec.LatencyContext) : null;
        await using var journal = FileJournal.Open(Folder.Journal, forget: _request.Fresh);
        if (_request.Fresh)
        {
            Folder.Clear();
        }

        using var ledger = new JobLedger(journal);
        using var control = new JobControl(ledger);
        var runner = new JobRunner(new LocalEvaluator(_setup), ledger, control, new GreedyStrategy(), new JobRunnerOptions
        {
            Workers = _request.Workers,
            Cache = _request.Cache is { } cache ? new FolderEvaluationCache(cache) : null,
            Latencies = latencies,
            Publisher = publisher,
            Progress = progress,
        });
        return await runner.RunAsync(Spec, cancellation) ?? throw new OperationCanceledException(cancellation);
    }

    public void Dispose() => _setup.Dispose();

    private static JobSpec Describe(JobRequest request, NetworkFile network, JobData data) => new()
    {
        ModelDigest = network.Digest,
        Data = data.Digests,
        Target = request.Target,
        Methods = request.Methods,
        MaxDrop = request.MaxDrop,
        Confidence = request.Confidence,
        BudgetEvaluations = request.BudgetEvaluations,
        Batch = request.Batch,
        Threads = request.Threads,
        Seed = request.Seed,
        Versions = CurrentVersions(),
    };

    /// <summary>Versions of what computes results here.</summary>
    public static EvaluatorVersions CurrentVersions()
    {
        string version = typeof(LocalJob).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        return new EvaluatorVersions(
            $"cluster {version.Split('+')[0]}, libtorch {TorchSettings.Version}", $"onnxruntime {OrtRuntime.Version}", MachineDescription.InstructionSet());
    }
}

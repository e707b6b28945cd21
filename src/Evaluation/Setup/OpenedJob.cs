using System.Diagnostics;
using System.Reflection;
using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Evaluation.Inputs;
using Cluster.Kernels.Learning.FineTuning;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Tensors;
using Cluster.Reporting;
using Cluster.Terminal;

namespace Cluster.Evaluation.Setup;

/// <summary>A job whose network and data are read and checked: what measuring and publishing share, on one machine and on a cluster's nodes.</summary>
public sealed class OpenedJob : IDisposable
{
    private readonly long _began = Stopwatch.GetTimestamp();

    private OpenedJob(JobRequest request, NetworkFile network, JobData data, string calibration)
    {
        Request = request;
        Network = network;
        Data = data;
        Spec = Describe(request, network, data);
        Lazy = new LazySetup(Spec, network, data, calibration);
    }

    /// <summary>What was asked for, as typed.</summary>
    public JobRequest Request { get; }

    public NetworkFile Network { get; }

    public JobData Data { get; }

    public JobSpec Spec { get; }

    /// <summary>What calibration, measurement and publishing share; made when it is first needed.</summary>
    public LazySetup Lazy { get; }

    public EvaluationSetup Setup => Lazy.Value;

    /// <summary>Wall time of each stage so far.</summary>
    public IReadOnlyList<StageTime> Timings => [new StageTime("calibration", Lazy.CalibrationTime), new StageTime("total", Stopwatch.GetElapsedTime(_began))];

    /// <summary>Reads and checks everything that a user can get wrong, before any work is done.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="calibration">Folder of the calibration statistics: read where they are there, else made when they are needed.</param>
    /// <exception cref="Kernels.KernelException">Model or data cannot be used.</exception>
    /// <exception cref="JobException">The request itself cannot be met.</exception>
    public static OpenedJob Open(JobRequest request, string calibration)
    {
        if (request.Target != "onnxruntime-cpu")
        {
            throw new JobException($"The target is '{request.Target}' where 'onnxruntime-cpu' is expected: it is the one that this version places and measures for.");
        }

        foreach (string method in request.Methods)
        {
            Kernels.Calibration.CalibrationMethod.Parse(method);
        }

        var network = NetworkFile.Open(request.Model);
        var job = new OpenedJob(request, network, JobData.Open(request, network), calibration);
        job.Spec.Validate();
        return job;
    }

    /// <summary>Versions of what computes results here.</summary>
    public static EvaluatorVersions CurrentVersions()
    {
        string version = typeof(OpenedJob).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        return new EvaluatorVersions(
            $"cluster {version.Split('+')[0]}, libtorch {TorchSettings.Version}", $"onnxruntime {OrtRuntime.Version}", MachineDescription.InstructionSet());
    }

    public void Dispose() => Lazy.Dispose();

    // Without images there is nothing to train on: as good as never where it was left to the job, an error where it was demanded.
    private static FineTuneMode? FineTune(JobRequest request, JobData data) =>
        request.FineTune == FineTuneMode.Auto && data.Training is null ? null : request.FineTune;

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
        FineTune = FineTune(request, data),
        Epochs = FineTune(request, data) is null ? null : request.Epochs ?? new FineTuneOptions().Epochs,
        Reconstruct = request.Reconstruct,
        ReconstructIterations = request.Reconstruct is null ? null : request.ReconstructIterations ?? ReconstructionLimits.UsualIterations,
        Versions = CurrentVersions(),
    };
}

using System.Diagnostics;
using Cluster.Coordinator.Model;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Observers;
using Cluster.Kernels.Planning;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Tensors;
using Cluster.Silo.Evaluation;

namespace Cluster.Silo.Jobs;

/// <summary>
/// Makes what measurements share when the first of them is asked for: a finished job is reported without calibrating anew, and a
/// resumed one reads the statistics that its first run stored.
/// </summary>
internal sealed class LazySetup(JobRequest request, NetworkFile network, JobData data, JobFolder folder, EvaluatorVersions versions) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PlanTranslator _translator = new(network.Grouped, network.Digest, request.Target);
    private EvaluationSetup? _setup;

    /// <summary>Told when the one calibration pass begins, and when it has ended.</summary>
    public Action<string>? Said { get; set; }

    /// <summary>Wall time of the calibration pass; zero where its statistics were there already.</summary>
    public TimeSpan CalibrationTime { get; private set; }

    /// <summary>Known without any calibration.</summary>
    public SearchSpace Space => _translator.Space();

    public EvaluationSetup Value
    {
        get
        {
            lock (_lock)
            {
                return _setup ??= Make();
            }
        }
    }

    public void Dispose()
    {
        _setup?.Float32.Dispose();
        _setup = null;
    }

    private EvaluationSetup Make()
    {
        // Batches run side by side, one thread each.
        TorchSettings.Threads = 1;
        var float32 = new FloatNetwork(network.Grouped);
        var statistics = Calibrate(float32, Environment.ProcessorCount);
        return EvaluationSetup.Of(network, float32, _translator, statistics, data, request.Batch, request.Threads, versions);
    }

    private CalibrationStatistics Calibrate(FloatNetwork float32, int cores)
    {
        var stored = new CalibrationFolder(folder.Calibration, data.Digests.Calibration, network.Digest);
        if (stored.TryReadStatistics() is { } known)
        {
            return known;
        }

        long began = Stopwatch.GetTimestamp();
        Said?.Invoke($"calibrating on {data.Calibration.Images.Count} images (one pass for every calibrator)");
        var statistics = CalibrationPass.Run(float32, data.Calibration, cores, null, CancellationToken.None);
        stored.WriteStatistics(statistics);
        CalibrationTime = Stopwatch.GetElapsedTime(began);
        Said?.Invoke($"calibrated in {CalibrationTime.TotalSeconds:F1} s");
        return statistics;
    }
}

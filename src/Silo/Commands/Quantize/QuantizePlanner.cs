using System.Diagnostics;
using Cluster.Coordinator;
using Cluster.Coordinator.Plans;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Observers;
using Cluster.Silo.Evaluation;
using Cluster.Silo.Jobs;

namespace Cluster.Silo.Commands.Quantize;

/// <summary>Finds the plan to build: read with what it was built from, or made of one calibrator for every group.</summary>
internal sealed class QuantizePlanner(QuantizeRequest request, NetworkFile network, FloatNetwork float32, PlanTranslator translator, QuantizeImages images, int cores, Action<string> say)
{
    /// <summary>Reads or makes the plan and its statistics.</summary>
    /// <exception cref="JobException">The plan is of another network, or its calibration is not the one it was built from.</exception>
    public QuantizePlan Make(CancellationToken cancellation)
    {
        if (request.Plan is not { } path)
        {
            string method = CalibrationMethod.Parse(request.Method!).Id;
            var plan = Plan.AllInt8(QuantizeRequest.Target, translator.Decided.Select(group => group.Name), method, request.BiasCorrection);
            return Calibrate(plan, request.Seed, cancellation);
        }

        var file = PlanFile.Read(path);
        if (file.BuiltFrom.Model != network.Digest)
        {
            throw new JobException($"{path} was made for a model with SHA-256 {file.BuiltFrom.Model}, but {request.Model} has {network.Digest}: give the model that the plan was made for.");
        }

        return request.Calibration is { } folder ? Stored(file, new CalibrationFolder(folder)) : Anew(file, cancellation);
    }

    private static QuantizePlan Stored(PlanFile file, CalibrationFolder folder)
    {
        var (statistics, digest) = folder.ReadStatistics();
        if (digest != file.BuiltFrom.Calibration)
        {
            throw new JobException(
                $"{folder.StatisticsPath} has SHA-256 {digest}, but the plan was built from {file.BuiltFrom.Calibration}: give the calibration folder of the same run, or --data to calibrate anew.");
        }

        // A run whose corrections were all withdrawn stored none.
        var corrections = file.BuiltFrom.Corrections is { } stored ? folder.ReadCorrections(stored) : new Dictionary<string, float[]>(StringComparer.Ordinal);
        return new QuantizePlan(file.Plan, statistics, digest, corrections, file.Seed);
    }

    private QuantizePlan Anew(PlanFile file, CancellationToken cancellation)
    {
        var plan = Calibrate(file.Plan, file.Seed, cancellation);
        if (plan.StatisticsDigest != file.BuiltFrom.Calibration)
        {
            say("these images, or this build of libtorch, give other calibration statistics than the plan was built from: the file will differ from the run's");
        }

        return plan;
    }

    private QuantizePlan Calibrate(Plan plan, long seed, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        say($"calibrating on {images.Calibration!.Images.Count} images");
        var statistics = CalibrationPass.Run(float32, images.Calibration, cores, null, cancellation);
        say($"calibrated in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");
        return new QuantizePlan(plan, statistics, statistics.ComputeDigest(), null, seed);
    }
}

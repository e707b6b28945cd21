using System.Diagnostics;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Measuring;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.Targets;
using Cluster.Kernels;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Tensors;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.SingleSteps.Sensitivity;

/// <summary>Calibrates, sweeps, ranks.</summary>
public sealed class SensitivityWork(SensitivityRequest request, SensitivityProgress progress)
{
    /// <summary>Runs the whole command.</summary>
    /// <exception cref="Kernels.KernelException">Model or images cannot be used.</exception>
    public async Task<SensitivityReport> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var network = NetworkFile.Open(request.Model);
        var memory = WorkingMemory.Of(request.Memory);
        using var pixels = memory.ImageSpace(Path.GetTempPath());
        var data = JobData.Open(
            new LocalInputs
            {
                Model = request.Model,
                Calibration = request.Data,
                Evaluation = request.Evaluation,
                Preprocess = request.Preprocess
            },
            new JobOptions { Seed = request.Seed, Metric = request.Metric },
            network,
            pixels);
        foreach (string warning in data.Warnings)
        {
            progress.Say($"warning: {warning}");
        }

        // Batches run concurrently, one thread each.
        TorchSettings.Threads = 1;
        using var float32 = new FloatNetwork(network.Grouped);
        using var hold = await new MachineLock().SharedAsync(cancellation);
        var setup = await Task.Run(() => Prepare(network, data, float32, memory, cancellation), cancellation);
        var result = await Task.Run(() => Sweep(setup, cancellation), cancellation);
        var space = setup.Translator.Space();
        var ranked = result.Groups
            .Select((group, index) => new RankedGroup(
                index, group.Group, space.Groups[index].Operators, space.Groups[index].Macs, group.Kl, group.SqnrDb,
                group.Correct, group.Total))
            .OrderByDescending(group => group.Kl)
            .ThenBy(group => group.Index)
            .ToList();
        return new SensitivityReport(
            request.Model,
            CalibrationMethod.Parse(request.Method).Id,
            Math.Min(request.Images, data.Evaluation.Images.Count),
            ranked,
            result.Seconds,
            Stopwatch.GetElapsedTime(began).TotalSeconds,
            request.Metric == MetricKind.Top1 ? null : request.Metric);
    }

    private EvaluationSetup Prepare(
        NetworkFile network, JobData data, FloatNetwork float32, WorkingMemory memory, CancellationToken cancellation)
    {
        progress.Say($"calibrating on {data.Calibration.Images.Count} images");
        var statistics = CalibrationPass.Run(float32, data.Calibration, Environment.ProcessorCount, null, cancellation);
        var translator = new PlanTranslator(network.Grouped, network.Digest, TargetList.Usual.Name);

        // A sweep runs only in libtorch, so ONNX Runtime's version does not matter.
        var versions = new EvaluatorVersions(TorchSettings.Version, "", MachineDescription.InstructionSet());
        return EvaluationSetup.Of(
            TargetList.Usual,
            network,
            float32,
            translator,
            statistics,
            data,
            batch: 1,
            threads: 1,
            memory,
            SpillSpace.Memory,
            versions);
    }

    private SensitivityResult Sweep(EvaluationSetup setup, CancellationToken cancellation)
    {
        var images = setup.Evaluation.Take(request.Images);
        progress.Say($"trying {setup.Translator.Decided.Count} groups on {images.Images.Count} images each");
        progress.Begin(images.Count);
        try
        {
            return new SensitivityMeasurer(setup, _ => progress.BatchDone())
                .Measure(
                    new SensitivityItem("", CalibrationMethod.Parse(request.Method).Id, request.Images, Seed: request.Seed),
                    cancellation);
        }
        finally
        {
            progress.End();
        }
    }
}

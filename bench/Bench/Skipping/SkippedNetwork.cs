using System.Diagnostics;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.Targets;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Metrics;
using Cluster.Plans;

namespace Cluster.Bench.Skipping;

/// <summary>A network of which some groups are skipped, that is, left in FP32, and the cost of finding out which.</summary>
internal sealed class SkippedNetwork : IDisposable
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly OpenedJob _job;
    private readonly CancellationToken _cancellation;
    private readonly float[] _calibrated;

    /// <summary>Reads, calibrates and runs FP32, all of which is counted.</summary>
    /// <param name="folder">For the calibration statistics: nothing may be there yet.</param>
    public SkippedNetwork(JobInputs inputs, JobOptions options, string folder, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _job = OpenedJob.Describe(inputs, options, folder);
        AllInt8 = Plan.Uniform(
            GroupFormat.Int8,
            options.Target,
            _job.Lazy.Space.Groups.Select(group => group.Name),
            options.Methods[0],
            biasCorrection: false);
        _calibrated = Logits(_job.Setup.Network.Float32Model.Message, _job.Setup.Calibration);
        Float32Correct = Correct(_job.Setup.Network.Float32Model);
    }

    /// <summary>Where skipping begins; no bias is corrected.</summary>
    public Plan AllInt8 { get; }

    /// <summary>Evaluation images that FP32 has right.</summary>
    public int Float32Correct { get; }

    public int EvaluationImages => _job.Setup.Evaluation.Images.Count;

    /// <summary>Images whose label was looked at, a file's each time.</summary>
    public long Labelled { get; private set; }

    /// <summary>Calibration images that a file was run on, to compare it with FP32.</summary>
    public long Unlabelled { get; private set; }

    /// <summary>Since the beginning.</summary>
    public TimeSpan Time => Stopwatch.GetElapsedTime(_began);

    /// <summary>Mean KL from FP32 on the calibration images, nats.</summary>
    public double Kl(Plan plan) =>
        LogitsKl.Of(_calibrated, Logits(File(plan).Message, _job.Setup.Calibration), _job.Setup.Network.Classes);

    /// <summary>Evaluation images that the plan's file has right.</summary>
    public int Correct(Plan plan) => Correct(File(plan));

    /// <summary>The file, as it would be shipped.</summary>
    public ModelFile File(Plan plan) => _job.Setup.Builder.Build(plan, _cancellation).File;

    public void Dispose() => _job.Dispose();

    private int Correct(ModelFile file)
    {
        var images = _job.Setup.Evaluation;
        int classes = _job.Setup.Network.Classes;
        Labelled += images.Images.Count;
        float[] logits = TargetLogits.Of(_job.Setup.Target, file, images, classes, _job.Setup.Cores, _cancellation);
        return RuntimeEvaluator.Score(logits, classes, images, reference: null).Correct;
    }

    private float[] Logits(byte[] file, ImageBatches images)
    {
        Unlabelled += images.Images.Count;
        return TargetLogits.Of(_job.Setup.Target, ModelFile.Of(file), images, _job.Setup.Network.Classes, _job.Setup.Cores, _cancellation);
    }
}

using Cluster.Coordinator.Search.Objectives;

namespace Cluster.Evaluation.Setup;

/// <summary>
/// A job whose network and data are read and checked: the part that measuring and publishing share, on one machine and on a cluster's
/// nodes.
/// </summary>
public sealed class OpenedJob : IDisposable
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly SpillSpace _pixels;

    private OpenedJob(
        JobSpec spec,
        NetworkFile network,
        JobData data,
        string calibration,
        WorkingMemory memory,
        SpillSpace pixels,
        SlotDevice? slot,
        DeployedFiles? deployed)
    {
        (Spec, Network, Data, _pixels) = (spec, network, data, pixels);
        Lazy = new LazySetup(spec, network, data, calibration, memory, slot, deployed);
    }

    /// <summary>The network.</summary>
    public NetworkFile Network { get; }

    /// <summary>Images of each role, with their digests.</summary>
    public JobData Data { get; }

    /// <summary>The job's options and identity.</summary>
    public JobSpec Spec { get; }

    /// <summary>Reasons to trust the job's result less, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <inheritdoc cref="SampleShapes.Timed"/>
    public string? TimedShape => SampleShapes.Timed(Network.Grouped.Inputs, Data.Timed!);

    /// <summary>What its evaluation images can decide, in a sentence; null if one of the warnings says it.</summary>
    public string? Decides => EvaluationSanity.Decides(Data.Evaluation.Images.Count, Spec.Options);

    /// <summary>The data that calibration, measurement and publishing share; made on first use.</summary>
    public LazySetup Lazy { get; }

    internal EvaluationSetup Setup => Lazy.Value;

    /// <summary>Wall time of each stage so far.</summary>
    public ResultTimings Timings => new(
        Stopwatch.GetElapsedTime(_began).TotalSeconds,
        new Dictionary<string, double>(StringComparer.Ordinal) { ["calibration"] = Lazy.CalibrationTime.TotalSeconds });

    /// <summary>Opens a new job: reads and checks everything that a user can get wrong, before any work.</summary>
    /// <param name="inputs">Its files.</param>
    /// <param name="options">The job's options.</param>
    /// <param name="calibration">Folder of the calibration statistics: read if they exist, else made when needed.</param>
    /// <param name="memory">The job's memory budget; null: <see cref="WorkingMemory.Usual"/>.</param>
    /// <param name="slot">The device of this process's slot; null: the target's.</param>
    /// <param name="access">Where its data may lie; null: it is the user's own, on the user's machine.</param>
    /// <exception cref="Networks.KernelException">Model or data cannot be used.</exception>
    /// <exception cref="JobException">The request cannot be fulfilled.</exception>
    public static OpenedJob Describe(
        JobInputs inputs,
        JobOptions options,
        string calibration,
        WorkingMemory? memory = null,
        SlotDevice? slot = null,
        JobAccess? access = null) =>
        Keeping(calibration, memory, (held, pixels) =>
        {
            access ??= JobAccess.Own;
            var target = Known(options, slot);
            target.RequireUsable();
            MetricFiles.Require(access.IsOwn ? options.MetricCommand : null);
            var resolved = new ResolvedOptions(options, target, inputs.Training is not null);
            var network = NetworkFile.Open(
                inputs.Model,
                options.Equalize == ChannelScaling.On,
                access.IsOwn,
                FreeInputs.Of(inputs, options, access),
                target.IsFast(options),
                AskedPixels.Of(inputs, options));
            GraphLimits.RequireSearchable(network.Grouped);
            var data = JobData.Open(inputs, options, network, pixels, access: access);
            var spec = new JobSpec
            {
                ModelDigest = network.Digest,
                Data = data.Digests,
                Options = resolved.For(network, data),
                Versions = CurrentVersions() with { Device = target.DeviceClass },
                Deployed = inputs.Deployed is { } files ? DeployedArtefact.Describe(files, network.Digest) : null,
                SweepParts = SweepPart.Usual,
                TrainingImages = data.Training?.Images.Count,
            };
            spec.Validate();
            (spec, var fewerBits) = resolved.Reaching(spec, network);
            var job = new OpenedJob(spec, network, data, calibration, held, pixels, slot, inputs.Deployed)
            {
                Warnings =
                [
                    .. ByteProducts.Saturate && spec.Options.Target == TargetList.Usual.Name
                        ? new[] { $"this processor has {MachineDescription.WithoutVnni}" }
                        : [],
                    .. GivenInputs.Of(options).Notes,
                    .. new[] { fewerBits, RecurrentBatches.Warning(network, spec.Options) }.OfType<string>(), .. Unequalized(network),
                    .. data.Warnings, .. EvaluationSanity.Judge(data.Evaluation.Images, spec.Options),
                ],
            };
            GroupChoice.Check(spec.Options, job.Lazy.Space);
            ExpectedAccuracy.Require(spec.Options, target, network, data.Evaluation);
            return job;
        });

    /// <summary>Opens an accepted job: its files must match the digests in its spec.</summary>
    /// <inheritdoc cref="Describe(JobInputs, JobOptions, string, WorkingMemory?, SlotDevice?, JobAccess?)"/>
    public static OpenedJob Open(
        JobInputs inputs, JobAccess access, JobSpec spec, string calibration, WorkingMemory? memory = null, SlotDevice? slot = null) =>
        Keeping(calibration, memory, (held, pixels) =>
        {
            // A slot on processors runs the simulations of jobs whose files run elsewhere, so the target need not be usable here.
            var target = Known(spec.Options, slot);

            var network = NetworkFile.Open(
                inputs.Model,
                spec.Options.Equalize == ChannelScaling.On,
                access.IsOwn,
                FreeInputs.Of(inputs, spec.Options, access),
                target.IsFast(spec.Options),
                AskedPixels.Of(inputs, spec.Options));
            RequireDigest("model", spec.ModelDigest, network.Digest);
            var data = JobData.Open(inputs, spec.Options, network, pixels, access: access);
            RequireDigest("calibration data", spec.Data.Calibration, data.Digests.Calibration);
            RequireDigest("evaluation data", spec.Data.Evaluation, data.Digests.Evaluation);
            RequireDigest("test data", spec.Data.Test, data.Digests.Test);
            RequireDigest("training data", spec.Data.Training, data.Digests.Training);
            return new OpenedJob(spec, network, data, calibration, held, pixels, slot, inputs.Deployed);
        });

    private static IEnumerable<string> Unequalized(NetworkFile network) =>
        network.Equalization is { Pairs.Count: 0, Skipped: var reasons }
            ?
            [
                $"{JobLimits.Equalize.Name} on has no two layers of {network.Path} to scale against each other, so the network is "
                + $"quantized as it is{(reasons is [var first, ..] ? $": {first}" : ".")}",
            ]
            : [];

    // Images that do not fit into memory are stored next to the calibration until the job is disposed.
    private static OpenedJob Keeping(string calibration, WorkingMemory? memory, Func<WorkingMemory, SpillSpace, OpenedJob> open)
    {
        var held = memory ?? WorkingMemory.Usual;
#pragma warning disable CA2000 // The returned job owns it.
        var pixels = held.ImageSpace(calibration);
#pragma warning restore CA2000
        try
        {
            return open(held, pixels);
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    /// <summary>Versions of the components that compute results here, on the processors.</summary>
    public static EvaluatorVersions CurrentVersions() => new(
        $"cluster {ProgramVersion.Number}, libtorch {TorchSettings.Version}",
        $"onnxruntime {OrtRuntime.Version}",
        MachineDescription.InstructionSet());

    /// <summary>Frees the data of <see cref="Lazy"/>, and the images.</summary>
    public void Dispose()
    {
        Lazy.Dispose();
        _pixels.Dispose();
    }

    // The coordinator does not restrict options; the known ones are resolved here.
    private static ITarget Known(JobOptions options, SlotDevice? slot)
    {
        var target = TargetList.Find(options.Target);
        CalibratorNames.Require(options.Methods);
        return slot is null ? target : target.On(slot);
    }

    private static void RequireDigest(string what, string? expected, string? found)
    {
        if (expected != found)
        {
            throw new JobException(
                $"The job's {what} has the digest {found ?? "none"} here where the job names {expected ?? "none"}: it was changed "
                + "since the job was submitted, submit it again.");
        }
    }
}

/// <summary>
/// A new job's options on their way to its spec: what they leave open follows from the target, before any file is read, then from network
/// and data. Limits and contradictions are checked here, once.
/// </summary>
internal sealed class ResolvedOptions
{
    private readonly JobOptions _asked;
    private readonly ITarget _target;
    private readonly bool _isOpen;

    /// <param name="options">As they were asked for.</param>
    /// <param name="hasTrainingImages">Whether the job names training images.</param>
    /// <exception cref="JobException">They are out of their limits, or contradict each other or the target.</exception>
    public ResolvedOptions(JobOptions options, ITarget target, bool hasTrainingImages)
    {
        (_target, _isOpen) = (target, options.Formats is null);
        var formats = options.Kinds is null ? target.SearchedFormats : [GroupFormat.Int8Safe];
        _asked = options with { Formats = options.Formats ?? [.. formats.Select(format => format.Text)] };
        string? fault = _asked.TrainingFault() ?? _asked.Decided(hasTrainingImages).Fault() ?? (options.Kinds is not null && target.UsesGpu
            ? $"{JobLimits.Kinds.Name} names kinds of processors, and {target.Name} computes on a GPU: leave one of them out."
            : target.InputFault(options));
        if (fault is not null)
        {
            throw new JobException(fault) { FailsOn = JobFault.Request };
        }
    }

    /// <summary>The options with nothing left open.</summary>
    /// <exception cref="JobException">A step that was asked for is not possible.</exception>
    public JobOptions For(NetworkFile network, JobData data)
    {
        // A network without layers for it is not equalized, and the spec says so.
        var equalize = network.Equalization is { Pairs.Count: > 0 } ? ChannelScaling.On : (ChannelScaling?)null;
        return LearningChoice.Decided(_asked with { Equalize = equalize }, data, network).Decided(data.Training is not null);
    }

    /// <summary>The spec with 4-bit weights to choose from where nobody chose formats and a budget needs them, and the reason.</summary>
    public (JobSpec Spec, string? Why) Reaching(JobSpec spec, NetworkFile network)
    {
        if (!_isOpen || spec.Options.Budgets == 0 || spec.Deployed is not null)
        {
            return (spec, null);
        }

        var translator = new PlanTranslator(
            network.Grouped, network.Digest, _target.Name, spec.Options.Formats?.Select(GroupFormat.Parse).ToArray(), _target.Formats,
            _target.UsesGpu);
        GroupFormat[] more =
            [.. FewerBits.Formats.Where(format => translator.Offers(format) && !(format.IsOfRuntime && spec.Options.Kinds is not null))];
        return more.Length > 0 && FewerBits.WhyNeeded(spec, translator.Space(), more) is { } why
            ? (spec with { Options = spec.Options with { Formats = [.. _asked.Formats!, .. more.Select(format => format.Text)] } }, why)
            : (spec, null);
    }
}

/// <summary>Checks FP32's known accuracy (<see cref="JobOptions.Expect"/>) on the evaluation images before any work.</summary>
internal static class ExpectedAccuracy
{
    private const int MostImages = 1000;

    /// <exception cref="JobException">The images say otherwise by more than their interval, or have no labels.</exception>
    public static void Require(JobOptions options, ITarget target, NetworkFile network, ImageBatches evaluation)
    {
        if (options.Expect is not { } expected)
        {
            return;
        }

        if (!options.Measure.CountsImages() || !evaluation.Images.HasLabels)
        {
            throw new JobException(
                $"{JobLimits.Expect.Name} is FP32's share of right answers, and "
                + (options.Measure.CountsImages() ? $"'{evaluation.Images.Name}' has no labels" : $"{options.Measure.Word()} counts none")
                + ": leave it out.")
            {
                FailsOn = JobFault.Request,
            };
        }

        float[] logits = TargetLogits.Of(
            target, network.Original.File, evaluation, network.Classes, Environment.ProcessorCount, CancellationToken.None);
        var score = RuntimeEvaluator.Score(logits, network.Classes, evaluation, reference: null, options.Measure.Ranks());
        var interval = WilsonInterval.Of(score.Correct, score.Total);
        if (interval.Low <= expected && expected <= interval.High)
        {
            return;
        }

        var why = UsualMistakes.Explain(target, network.Original.File, evaluation, network.Classes, options.Measure, MostImages);
        throw new JobException(
            $"{JobLimits.Expect.Name} is {100 * expected:0.##} % where FP32 is right on {100.0 * score.Correct / score.Total:0.##} % of "
            + $"{score.Total} evaluation images (95 % interval {100 * interval.Low:0.#} to {100 * interval.High:0.#}): "
            + $"{why?.Words ?? $"no usual mistake explains it ({UsualMistakes.Names(evaluation)})"}. Correct the data, or leave "
            + $"{JobLimits.Expect.Name} out.")
        {
            FailsOn = JobFault.Data,
        };
    }
}

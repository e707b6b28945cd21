using System.Text.Json;

namespace Cluster.Coordinator.Model;

/// <summary>
/// A job's complete question: equal specs give equal winners (with the same latencies). The number of workers is not part of it.
/// </summary>
public sealed record JobSpec
{
    /// <summary>SHA-256 of the FP32 model file.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>SHA-256 of the data of each role.</summary>
    public required DataDigests Data { get; init; }

    /// <summary>What the user chose, with nothing left open: see <see cref="JobOptions.Decided"/>.</summary>
    public required JobOptions Options { get; init; }

    /// <summary>Versions of the computing software.</summary>
    public required EvaluatorVersions Versions { get; init; }

    /// <summary>The winner that is held against its promises; null: the job searches for one.</summary>
    public DeployedWinner? Deployed { get; init; }

    /// <summary>
    /// Most pieces that a sweep over all groups is made in, for slots to share; null: one. In a single process as in a cluster: libtorch
    /// rounds by the size of a batch, so that a sweep in other pieces differs in its last bits.
    /// </summary>
    public int? SweepParts { get; init; }

    /// <summary>How many images the winner may be fine-tuned on, for what that will cost; null: none, or unknown.</summary>
    public int? TrainingImages { get; init; }

    /// <summary>
    /// The job's identity: SHA-256 of its canonical JSON, without how long it may take, what is only checked or said, and who shares its
    /// sweep.
    /// </summary>
    [JsonIgnore]
    public string JobId =>
        CanonicalJson.Digest(
            this with { Options = Options with { MaxMinutes = null, Expect = null }, SweepParts = null, TrainingImages = null });

    /// <summary>The changes to the FP32 network before it is quantized, in the form of plan files; null: none.</summary>
    [JsonIgnore]
    public string? Prepared => BuiltFrom.Changes(Options.Equalize == ChannelScaling.On, Options.Channels);

    /// <summary>The network that plans belong to: see <see cref="NetworkIdentity"/>.</summary>
    [JsonIgnore]
    public string Network => NetworkIdentity.Of(ModelDigest, Prepared);

    /// <summary>Digest of everything but the plan that an accuracy or a sensitivity on the evaluation set depends on.</summary>
    [JsonIgnore]
    public string AccuracyContext => Context(
        JobResults.Accuracy, new { role = "evaluation", ModelDigest = Network, Data.Calibration, Data.Evaluation, Versions, Deployed });

    /// <summary>Digest of everything but the plan and the machine's load that a latency depends on.</summary>
    [JsonIgnore]
    public string LatencyContext => Context(
        JobResults.Latency, new { role = "latency", ModelDigest = Network, Data.Calibration, Versions, Deployed });

    /// <summary>Digest of everything but the plan that an accuracy on the test set depends on.</summary>
    [JsonIgnore]
    public string TestContext => Context(
        JobResults.Test, new { role = "test", ModelDigest = Network, Data.Calibration, Data.Test, Versions });

    /// <summary>
    /// Digest of everything but the plan, the method and its iterations that a learned rounding and its measurements depend on.
    /// </summary>
    [JsonIgnore]
    public string ReconstructionContext => Context(
        JobResults.Reconstruction,
        new { role = "reconstruction", ModelDigest = Network, Data.Calibration, Data.Evaluation, Data.Test, Versions });

    /// <summary>Digest of everything but the plan, the method and its iterations that a repair depends on.</summary>
    [JsonIgnore]
    public string RepairContext => Context(
        JobResults.Repair, new { role = "repair", ModelDigest = Network, Data.Calibration, Versions });

    /// <summary>Digest of everything but the plan and its epochs that a fine-tuning depends on.</summary>
    [JsonIgnore]
    public string FineTuneContext => Context(JobResults.FineTune, new { role = "fineTune", ModelDigest = Network, Data, Versions });

    /// <summary>
    /// Checks the limits of the options, that nothing is left open, and that training images and fine-tuning are consistent.
    /// </summary>
    /// <exception cref="JobException">One of these is violated.</exception>
    public void Validate()
    {
        if (Options.Fault() is { } fault)
        {
            throw new JobException(fault);
        }

        bool trains = Options.FineTune != FineTuneMode.Never;
        Require(
            !trains || Data.Training is not null,
            "A fine-tuning was asked for without training images: give labelled ones with --train, or --fine-tune never.");
        Require(
            !trains || Options.Measure.CountsImages(),
            $"A fine-tuning was asked for where plans are judged by {Options.Measure.Word()}: it learns classes from labels; leave "
            + "--train out.");
        Require(
            trains || Data.Training is null,
            "Training images were given where nothing is to be fine-tuned: leave them out, or ask for it with --fine-tune auto.");
        RequireNumber(trains, Options.Epochs, "epochs", "fine-tuning", "--epochs");
        RequireNumber(
            Options.Reconstruct != ReconstructionMode.Never || Options.Repair is not (null or RepairMethod.Never),
            Options.Iterations,
            "iterations a block",
            "reconstruction or a repair",
            JobLimits.Iterations.Name);
        Require(
            Options is { FineTune: not null, Reconstruct: not null },
            "It is left open whether the job is fine-tuned or reconstructed where a decision is expected: say auto, always or never.");
    }

    private static void RequireNumber(bool isTaken, int? number, string what, string step, string option) => Require(
        number is not null == isTaken,
        $"{number?.ToString() ?? "No number of"} {what} are given where "
        + $"{(isTaken ? "a number is expected" : $"none is expected without a {step}")}: correct {option}.");

    // Beside what is given, the options that decide these results, each under its own name.
    private string Context<T>(JobResults results, T others)
    {
        var context = JsonSerializer.SerializeToNode(others, PlanJson.Options)!.AsObject();
        var options = JsonSerializer.SerializeToNode(Options, PlanJson.Options)!.AsObject();
        foreach (var limit in JobLimits.All.Where(limit => limit.Decides.HasFlag(results)))
        {
            foreach (string property in limit.Properties.Select(JsonNamingPolicy.CamelCase.ConvertName))
            {
                if (options[property] is { } value)
                {
                    context.Add(property, value.DeepClone());
                }
            }
        }

        return CanonicalJson.Digest(context);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new JobException(message);
        }
    }
}

/// <summary>The software and hardware that an 8-bit result depends on, besides model, data and plan.</summary>
/// <param name="Numerics">Version of our own numerics and of libtorch.</param>
/// <param name="Runtime">The runtime that executes the artefact, with its version.</param>
/// <param name="InstructionSet">The instruction set, such as "avx512-vnni": without VNNI, 8-bit products saturate.</param>
/// <param name="Device">The class of the target's device, with its driver and runtime; null for the processor.</param>
public sealed record EvaluatorVersions(string Numerics, string Runtime, string InstructionSet, string? Device = null);

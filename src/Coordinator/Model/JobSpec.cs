using System.Globalization;
using System.Text.Json.Serialization;
using Cluster.Coordinator.Json;

namespace Cluster.Coordinator.Model;

/// <summary>What a job was asked to find, complete: equal specs make equal winners (given the same latencies). The number of workers is not part of it.</summary>
public sealed record JobSpec
{
    /// <summary>SHA-256 of the FP32 model file.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>SHA-256 of the data of each role.</summary>
    public required DataDigests Data { get; init; }

    /// <summary>The runtime that candidates are placed and measured for.</summary>
    public string Target { get; init; } = "onnxruntime-cpu";

    /// <summary>Calibrators to try, in order of preference among equals.</summary>
    public IReadOnlyList<string> Methods { get; init; } = ["max", "percentile:99.99", "kl", "mse"];

    /// <summary>The largest accepted loss of top-1, as a fraction: 0.005 is half a percentage point.</summary>
    public double MaxDrop { get; init; } = 0.005;

    /// <summary>Null: the paired point estimate of the drop decides. Otherwise, in (0.5, 1), its one-sided upper bound at this confidence does.</summary>
    public double? Confidence { get; init; }

    /// <summary>The most accuracy evaluations to spend (baselines are always made), or null for as many as the search wants.</summary>
    public int? BudgetEvaluations { get; init; }

    /// <summary>Images per run when latency is measured.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Threads of the runtime when latency is measured.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The seed from which every other seed is derived; 0 to 2^53 − 1, as JSON readers keep no more.</summary>
    public long Seed { get; init; }

    /// <summary>When the winner is fine-tuned, or null for never.</summary>
    public FineTuneMode? FineTune { get; init; }

    /// <summary>Passes of the fine-tuning over the training images, at least 1; null exactly where <see cref="FineTune"/> is.</summary>
    public int? Epochs { get; init; }

    /// <summary>When roundings are learned after the search, or null for never.</summary>
    public ReconstructionMode? Reconstruct { get; init; }

    /// <summary>Iterations of that a block, 1 to <see cref="ReconstructionLimits.MostIterations"/>; null exactly where <see cref="Reconstruct"/> is.</summary>
    public int? ReconstructIterations { get; init; }

    /// <summary>Versions of what computes the results.</summary>
    public required EvaluatorVersions Versions { get; init; }

    /// <summary>The job's identity: SHA-256 of its canonical JSON.</summary>
    [JsonIgnore]
    public string JobId => CanonicalJson.Digest(this);

    /// <summary>Digest of everything but the plan that an accuracy or a sensitivity on the evaluation set depends on.</summary>
    [JsonIgnore]
    public string AccuracyContext => CanonicalJson.Digest(new { role = "evaluation", ModelDigest, Data.Calibration, Data.Evaluation, Target, Seed, Versions });

    /// <summary>Digest of everything but the plan and the machine's load that a latency depends on.</summary>
    [JsonIgnore]
    public string LatencyContext => CanonicalJson.Digest(new { role = "latency", ModelDigest, Data.Calibration, Target, Seed, Versions, Batch, Threads });

    /// <summary>Digest of everything but the plan that an accuracy on the test set depends on.</summary>
    [JsonIgnore]
    public string TestContext => CanonicalJson.Digest(new { role = "test", ModelDigest, Data.Calibration, Data.Test, Target, Seed, Versions });

    /// <summary>Digest of everything but the plan, the method and its iterations that a learned rounding and its measurements depend on.</summary>
    [JsonIgnore]
    public string ReconstructionContext => CanonicalJson.Digest(
        new { role = "reconstruction", ModelDigest, Data.Calibration, Data.Evaluation, Data.Test, Target, Seed, Versions, Batch, Threads, MaxDrop, Confidence });

    /// <summary>Digest of everything but the plan and its epochs that a fine-tuning depends on.</summary>
    [JsonIgnore]
    public string FineTuneContext => CanonicalJson.Digest(new { role = "fineTune", ModelDigest, Data, Target, Seed, Versions, Batch, Threads });

    /// <summary>Checks ranges that types cannot express.</summary>
    /// <exception cref="JobException">One of them is violated.</exception>
    public void Validate()
    {
        Require(MaxDrop is >= 0 and < 1, $"The largest drop is {MaxDrop} where a fraction from 0 to below 1 is expected: 0.5% is 0.005.");
        Require(Confidence is null or (> 0.5 and < 1), $"The confidence is {Confidence} where a number between 0.5 and 1 is expected: 0.95 is usual.");
        Require(BudgetEvaluations is null or > 0, $"The budget is {BudgetEvaluations} evaluations where at least 1 is expected: leave it out for no limit.");
        Require(Batch > 0 && Threads > 0, $"Batch {Batch} with {Threads} threads was asked for where both must be at least 1: correct them.");
        Require(Seed is >= 0 and < 1L << 53, $"The seed is {Seed} where 0 to 2^53 - 1 is expected: choose another.");
        Require(FineTune is null || Data.Training is not null, "A fine-tuning was asked for without training images: give labelled ones with --train, or --fine-tune never.");
        Require(FineTune is not null || Data.Training is null, "Training images were given where nothing is to be fine-tuned: leave them out, or ask for it with --fine-tune auto.");
        Require(FineTune is null ? Epochs is null : Epochs > 0, $"{Epochs?.ToString(CultureInfo.InvariantCulture) ?? "No number of"} epochs are given where {(FineTune is null ? "none is expected without a fine-tuning" : "at least 1 is expected")}: correct --epochs.");
        Require(
            Reconstruct is null ? ReconstructIterations is null : ReconstructIterations is >= 1 and <= ReconstructionLimits.MostIterations,
            $"{ReconstructIterations?.ToString(CultureInfo.InvariantCulture) ?? "No number of"} iterations a block are given where {(Reconstruct is null ? "none is expected without a reconstruction" : $"1 to {ReconstructionLimits.MostIterations} are expected")}: correct --reconstruct-iterations.");
        Require(Methods.Count > 0 && Methods.Distinct(StringComparer.Ordinal).Count() == Methods.Count, "The methods are none, or one of them is there twice, where at least one and each once is expected: correct the list.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new JobException(message);
        }
    }
}

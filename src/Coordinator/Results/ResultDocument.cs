using System.Text.Json;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Repairs;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Coordinator.Results;

/// <summary>The file <c>result.json</c>. Shares are fractions from 0 to 1, times milliseconds or seconds as the name says.</summary>
public sealed record ResultDocument
{
    /// <summary>The version that this code writes and reads.</summary>
    public const string CurrentSchema = "cluster.result/v1";

    /// <summary>The file's version.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>What was asked.</summary>
    public required ResultJob Job { get; init; }

    /// <summary>The network.</summary>
    public required ResultModel Model { get; init; }

    /// <summary>What the winner is compared with.</summary>
    public required ResultBaselines Baselines { get; init; }

    /// <summary>The winning plan and its measurements.</summary>
    public required ResultPlan Winner { get; init; }

    /// <summary>Why it won.</summary>
    public required ResultDecision Decision { get; init; }

    /// <summary>What the images show of the winner's loss; absent where the winner is FP32.</summary>
    public ResultEvidence? Evidence { get; init; }

    /// <summary>Plans that no other beats in accuracy and latency, fastest first.</summary>
    public required IReadOnlyList<ResultPlan> Front { get; init; }

    /// <summary>How much was evaluated.</summary>
    public required EvaluationCounts Evaluations { get; init; }

    /// <summary>What 8 bits in each group alone do; empty where the sweep failed.</summary>
    public required IReadOnlyList<GroupSensitivity> Sensitivity { get; init; }

    /// <summary>Why each group has its precision.</summary>
    public required IReadOnlyList<GroupVerdict> Groups { get; init; }

    /// <summary>How well the latency model predicted what was measured.</summary>
    public required IReadOnlyList<LatencyPrediction> Predictions { get; init; }

    /// <summary>
    /// How far the latency model can be believed, by plans that it had not seen; absent where nothing was timed.
    /// </summary>
    public LatencyModelCheck? LatencyModel { get; init; }

    /// <summary>
    /// Accuracy on the test set; absent where there was none, and then accuracy was selected on the images that it is
    /// stated for.
    /// </summary>
    public ResultTest? Test { get; init; }

    /// <summary>
    /// Roundings that were learned before the exploration, by format, for plans to choose from; absent where none were.
    /// </summary>
    public IReadOnlyList<RepairTrial>? Repairs { get; init; }

    /// <summary>What became of learning roundings after the search; absent where none was asked for.</summary>
    public ResultReconstruction? Reconstruction { get; init; }

    /// <summary>What became of the winner's fine-tuning; absent where none was asked for.</summary>
    public ResultFineTune? FineTune { get; init; }

    /// <summary>The parity gate's finding about the winner; absent where the winner is FP32.</summary>
    public ParityFinding? Parity { get; init; }

    /// <summary>Plans that the parity gate refused, in the order in which it did; absent where there are none.</summary>
    public IReadOnlyList<ResultRefusal>? Refused { get; init; }

    /// <summary>Where the job's time went.</summary>
    public required ResultTimings Timings { get; init; }

    /// <summary>Reads a result's text; <paramref name="name"/> is what the error calls it.</summary>
    /// <exception cref="JobException">It is not a result of this version.</exception>
    public static ResultDocument Parse(string text, string name)
    {
        try
        {
            var result = JsonSerializer.Deserialize<ResultDocument>(text, PlanJson.Options);
            return result is { Schema: CurrentSchema }
                ? result
                : throw new JobException(
                    $"{name} has the schema \"{result?.Schema}\" where \"{CurrentSchema}\" is expected: use the version of "
                    + "cluster that wrote it.");
        }
        catch (JsonException e)
        {
            throw new JobException($"{name} is not a result ({e.Message}): give the result.json of a finished job.", e);
        }
    }

    /// <summary>The file's text: indented JSON with a line end.</summary>
    public string Format() => JsonSerializer.Serialize(this, PlanJson.Indented) + "\n";
}

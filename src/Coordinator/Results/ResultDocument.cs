using System.Text.Json;

namespace Cluster.Coordinator.Results;

/// <summary>The file <c>result.json</c>. Shares are fractions from 0 to 1; names of times end in their unit.</summary>
public sealed record ResultDocument
{
    /// <summary>The version that this code writes and reads.</summary>
    public const string CurrentSchema = "cluster.result/v1";

    /// <summary>The file's version.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The job's question.</summary>
    public required ResultJob Job { get; init; }

    /// <summary>The network.</summary>
    public required ResultModel Model { get; init; }

    /// <summary>The plans that the winner is compared with.</summary>
    public required ResultBaselines Baselines { get; init; }

    /// <summary>The winning plan and its measurements.</summary>
    public required ResultPlan Winner { get; init; }

    /// <summary>Why it won.</summary>
    public required ResultDecision Decision { get; init; }

    /// <summary>The verdict in one word, and how sure it is.</summary>
    public required ResultVerdict Verdict { get; init; }

    /// <summary>What is probably wrong with the data, a sentence each; absent where nothing is.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Whether a deployed winner holds what it promised; absent for a job that searches.</summary>
    public StandingProof? Proof { get; init; }

    /// <summary>What the images show about the winner's loss; absent if the winner is FP32.</summary>
    public ResultEvidence? Evidence { get; init; }

    /// <summary>Plans that no other beats in accuracy and latency, fastest first.</summary>
    public required IReadOnlyList<ResultPlan> Front { get; init; }

    /// <summary>The winner and the fronts on each of several kinds of machines; absent for a job of one kind.</summary>
    public Fleet? Fleet { get; init; }

    /// <summary>Numbers of evaluations.</summary>
    public required EvaluationCounts Evaluations { get; init; }

    /// <summary>The effect of 8 bits in each group alone; empty if the sweep failed.</summary>
    public required IReadOnlyList<GroupSensitivity> Sensitivity { get; init; }

    /// <summary>Why each group has its precision.</summary>
    public required IReadOnlyList<GroupVerdict> Groups { get; init; }

    /// <summary>How well the latency model predicted what was measured.</summary>
    public required IReadOnlyList<LatencyPrediction> Predictions { get; init; }

    /// <summary>How reliable the latency model is, from plans that it had not seen; absent if nothing was timed.</summary>
    public LatencyModelCheck? LatencyModel { get; init; }

    /// <summary>Accuracy on the test set; absent without one: then the stated accuracy is on the images used for the selection.</summary>
    public ResultTest? Test { get; init; }

    /// <summary>
    /// Roundings that were learned before the exploration, by format, for plans to choose from; absent if there are none.
    /// </summary>
    public IReadOnlyList<RepairTrial>? Repairs { get; init; }

    /// <summary>The result of learning roundings after the search; absent if it was not requested.</summary>
    public ResultReconstruction? Reconstruction { get; init; }

    /// <summary>The result of the winner's fine-tuning; absent if it was not requested.</summary>
    public ResultFineTune? FineTune { get; init; }

    /// <summary>The parity gate's finding about the winner; absent if the winner is FP32.</summary>
    public ParityFinding? Parity { get; init; }

    /// <summary>Plans that the parity gate refused, in that order; absent if there are none.</summary>
    public IReadOnlyList<RefusedPlan>? Refused { get; init; }

    /// <summary>The job's time by stage.</summary>
    public required ResultTimings Timings { get; init; }

    /// <summary>The same with other descriptions of its plans.</summary>
    public ResultDocument With(Func<ResultPlan, ResultPlan> describe) => this with
    {
        Baselines = Baselines with
        {
            Fp32 = describe(Baselines.Fp32),
            Int8 = Baselines.Int8 is { } int8 ? describe(int8) : null,
            Int8Best = Baselines.Int8Best is { } best ? describe(best) : null,
        },
        Winner = describe(Winner),
        Front = [.. Front.Select(describe)],
        Reconstruction = Reconstruction?.With(describe),
        FineTune = FineTune?.With(describe),
    };

    /// <summary>Parses a result; <paramref name="name"/> is its name in errors.</summary>
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

using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.Evaluation.Nodes;
using Cluster.Terminal;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>What a job is asked to find. Checks what can be checked without looking at a file.</summary>
internal static class JobSpecMapping
{
    private const long LargestSeed = (1L << 53) - 1;

    public static V1.JobSpec ToContract(JobSpec spec, JobInputs inputs)
    {
        var mapped = new V1.JobSpec
        {
            // Jobs of this process alone name a path.
            Model = Names.IsSha256(inputs.Model) ? Names.Artefact(inputs.Model) : inputs.Model,
            Calibration = Data(inputs.Calibration),
            Evaluation = Data(inputs.Evaluation),
            Test = Data(inputs.Test),
            Training = Data(inputs.Training),
            FineTune = spec.FineTune?.ToContract() ?? V1.FineTuneMode.Unspecified,
            Reconstruct = spec.Reconstruct?.ToContract() ?? V1.ReconstructionMode.Never,
            Preprocess = inputs.Preprocess ?? string.Empty,
            Target = spec.Target,
            Methods = { spec.Methods },
            MaxDrop = spec.MaxDrop,
            Batch = spec.Batch,
            Threads = spec.Threads,
            Seed = spec.Seed,
        };
        if (spec.Confidence is { } confidence)
        {
            mapped.Confidence = confidence;
        }

        if (spec.BudgetEvaluations is { } budget)
        {
            mapped.BudgetEvaluations = budget;
        }

        if (spec.Epochs is { } epochs)
        {
            mapped.Epochs = epochs;
        }

        if (spec.ReconstructIterations is { } iterations)
        {
            mapped.ReconstructIterations = iterations;
        }

        return mapped;
    }

    /// <summary>What is asked.</summary>
    /// <exception cref="Grpc.Core.RpcException">A field is out of its range.</exception>
    public static JobQuestion Read(V1.JobSpec? spec)
    {
        if (spec is null)
        {
            throw ApiError.Field(Reason.SpecInvalid, "spec", "The request has no spec where one is expected: say what the job is to find.");
        }

        var faults = Faults(spec).ToArray();
        if (faults.Length > 0)
        {
            throw ApiError.Fields(Reason.SpecInvalid, faults);
        }

        var question = new JobQuestion
        {
            Inputs = new JobInputs
            {
                Model = Names.Sha256(spec.Model)!,
                Calibration = Data(spec.Calibration)!,
                Evaluation = Data(spec.Evaluation),
                Test = Data(spec.Test),
                Training = Mode(spec) is null ? null : Data(spec.Training),
                Preprocess = spec.Preprocess.Length == 0 ? null : spec.Preprocess,
            },
            Confidence = spec.HasConfidence ? spec.Confidence : null,
            BudgetEvaluations = spec.HasBudgetEvaluations ? spec.BudgetEvaluations : null,
            Seed = spec.Seed,
            FineTune = Mode(spec),
            Epochs = Mode(spec) is not null && spec.HasEpochs ? spec.Epochs : null,
            Reconstruct = Reconstruct(spec),
            ReconstructIterations = Reconstruct(spec) is not null && spec.HasReconstructIterations ? spec.ReconstructIterations : null,
        };
        return question with
        {
            Target = spec.Target.Length == 0 ? question.Target : spec.Target,
            Methods = spec.Methods.Count == 0 ? question.Methods : [.. spec.Methods],
            MaxDrop = spec.HasMaxDrop ? spec.MaxDrop : question.MaxDrop,
            Batch = spec.HasBatch ? spec.Batch : question.Batch,
            Threads = spec.HasThreads ? spec.Threads : question.Threads,
        };
    }

    private static IEnumerable<(string Field, string Sentence)> Faults(V1.JobSpec spec)
    {
        (string Field, bool IsFine, string Found, string Expected)[] rules =
        [
            ("model", Names.Sha256(spec.Model) is not null, Quoted(spec.Model), "\"artefacts/{sha256}\""),
            ("calibration", spec.Calibration is not null, "missing", "a data set"),
            ("calibration.spec", IsSpec(spec.Calibration), "empty", "a data SPEC"),
            ("calibration.artefact", IsArtefact(spec.Calibration), Quoted(spec.Calibration?.Artefact), "\"artefacts/{sha256}\" or nothing"),
            ("evaluation.spec", IsSpec(spec.Evaluation), "empty", "a data SPEC"),
            ("evaluation.artefact", IsArtefact(spec.Evaluation), Quoted(spec.Evaluation?.Artefact), "\"artefacts/{sha256}\" or nothing"),
            ("test.spec", IsSpec(spec.Test), "empty", "a data SPEC"),
            ("test.artefact", IsArtefact(spec.Test), Quoted(spec.Test?.Artefact), "\"artefacts/{sha256}\" or nothing"),
            ("training.spec", IsSpec(spec.Training), "empty", "a data SPEC"),
            ("training.artefact", IsArtefact(spec.Training), Quoted(spec.Training?.Artefact), "\"artefacts/{sha256}\" or nothing"),
            ("training", spec.FineTune != V1.FineTuneMode.Always || spec.Training is not null, "missing", "a data set where fine_tune is ALWAYS"),
            ("fine_tune", Enum.IsDefined(spec.FineTune), Number((int)spec.FineTune), "a mode that this server knows"),
            ("epochs", !spec.HasEpochs || spec.Epochs >= 1, Number(spec.Epochs), "at least 1"),
            ("reconstruct", Enum.IsDefined(spec.Reconstruct), Number((int)spec.Reconstruct), "a mode that this server knows"),
            ("reconstruct_iterations", !spec.HasReconstructIterations || spec.ReconstructIterations is >= 1 and <= ReconstructionLimits.MostIterations, Number(spec.ReconstructIterations), $"1 to {ReconstructionLimits.MostIterations}"),
            ("max_drop", !spec.HasMaxDrop || spec.MaxDrop is >= 0 and < 1, Number(spec.MaxDrop), "a fraction from 0 to below 1"),
            ("confidence", !spec.HasConfidence || spec.Confidence is > 0.5 and < 1, Number(spec.Confidence), "a number between 0.5 and 1"),
            ("budget_evaluations", !spec.HasBudgetEvaluations || spec.BudgetEvaluations >= 1, Number(spec.BudgetEvaluations), "at least 1"),
            ("batch", !spec.HasBatch || spec.Batch >= 1, Number(spec.Batch), "at least 1"),
            ("threads", !spec.HasThreads || spec.Threads >= 1, Number(spec.Threads), "at least 1"),
            ("seed", spec.Seed is >= 0 and <= LargestSeed, Number(spec.Seed), "0 to 2^53 - 1"),
            ("methods", spec.Methods.Distinct(StringComparer.Ordinal).Count() == spec.Methods.Count, "a list with one twice", "each once"),
        ];
        return rules.Where(rule => !rule.IsFine).Select(rule => ($"spec.{rule.Field}", $"The field spec.{rule.Field} is {rule.Found} where {rule.Expected} is expected: correct it."));
    }

    // Left to the job, images are the wish to train on them.
    private static FineTuneMode? Mode(V1.JobSpec spec) => spec.FineTune switch
    {
        V1.FineTuneMode.Always => FineTuneMode.Always,
        V1.FineTuneMode.Never => null,
        _ => spec.Training is null ? null : FineTuneMode.Auto,
    };

    private static ReconstructionMode? Reconstruct(V1.JobSpec spec) => spec.Reconstruct switch
    {
        V1.ReconstructionMode.Always => ReconstructionMode.Always,
        V1.ReconstructionMode.Never => null,
        _ => ReconstructionMode.Auto,
    };

    private static bool IsSpec(V1.DataSet? data) => data is null || data.Spec.Length > 0;

    private static bool IsArtefact(V1.DataSet? data) => data is null || data.Artefact.Length == 0 || Names.Sha256(data.Artefact) is not null;

    private static string Quoted(string? text) => $"\"{Names.Short(text ?? string.Empty)}\"";

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static V1.DataSet? Data(DataLocation? location) => location is null ? null : new V1.DataSet
    {
        Artefact = location.Artefact is { } artefact ? Names.Artefact(artefact) : string.Empty,
        Spec = location.Spec,
    };

    private static DataLocation? Data(V1.DataSet? data) => data is null ? null : new DataLocation(data.Spec, Names.Sha256(data.Artefact));
}

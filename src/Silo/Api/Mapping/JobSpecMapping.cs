using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>Maps a job's spec and files. Checks everything that can be checked without looking at a file.</summary>
internal static class JobSpecMapping
{
    public static V1.JobSpec ToContract(JobSpec spec, JobInputs inputs)
    {
        var mapped = new V1.JobSpec
        {
            // Only jobs of this process name a path.
            Model = StoredArtefact.IsDigest(inputs.Model) ? Names.Artefact(inputs.Model) : inputs.Model,
            Calibration = Data(inputs.Calibration),
            Evaluation = Data(inputs.Evaluation),
            Test = Data(inputs.Test),
            Training = Data(inputs.Training),
            Preprocess = inputs.Preprocess ?? string.Empty,
        };
        JobOptionsMapping.Write(spec.Options, mapped);
        return mapped;
    }

    /// <summary>The options, and the files.</summary>
    /// <exception cref="Grpc.Core.RpcException">A field is out of its range.</exception>
    public static (JobInputs Inputs, JobOptions Options) Read(V1.JobSpec? spec)
    {
        if (spec is null)
        {
            throw ApiError.Field(Reason.SpecInvalid, "spec", "The request has no spec where one is expected: say what the job is to find.");
        }

        var options = JobOptionsMapping.Read(spec);
        (string Field, string Sentence)[] faults = [.. Faults(spec, options)];
        if (faults.Length > 0)
        {
            throw ApiError.Fields(Reason.SpecInvalid, faults);
        }

        var inputs = new JobInputs
        {
            Model = Names.Sha256(spec.Model)!,
            Calibration = Data(spec.Calibration)!,
            Evaluation = Data(spec.Evaluation),
            Test = Data(spec.Test),
            Training = options.FineTune == FineTuneMode.Never ? null : Data(spec.Training),
            Preprocess = spec.Preprocess.Length == 0 ? null : spec.Preprocess,
        };
        return (inputs, options);
    }

    private static IEnumerable<(string Field, string Sentence)> Faults(V1.JobSpec spec, JobOptions options)
    {
        (string Field, bool IsFine, string Found, string Expected)[] rules =
        [
            ("model", Names.Sha256(spec.Model) is not null, Quoted(spec.Model), "\"artefacts/{sha256}\""),
            ("calibration", spec.Calibration is not null, "missing", "a data set"),
            .. DataRules("calibration", spec.Calibration),
            .. DataRules("evaluation", spec.Evaluation),
            .. DataRules("test", spec.Test),
            .. DataRules("training", spec.Training),
            (
                "training",
                options.FineTune != FineTuneMode.Always || spec.Training is not null,
                "missing",
                "a data set where fine_tune is ALWAYS"),
        ];
        return rules
            .Where(rule => !rule.IsFine)
            .Select(rule =>
                ($"spec.{rule.Field}", $"The field spec.{rule.Field} must be {rule.Expected}, not {rule.Found}."))
            .Concat(options.CommandFault() is { } fault ? [("spec.metric_command", fault)] : [])
            .Concat(CalibratorNames.Fault(options.Methods) is { } unknown ? [("spec.methods", unknown)] : [])
            .Concat(options.Validate().Select(wrong => Named(wrong, $"spec.{JobOptionsMapping.FieldName(wrong.Option)}")));
    }

    private static (string Field, string Sentence) Named(JobOptionFault fault, string field) =>
        (field, fault.Sentence($"The field {field}"));

    private static (string Field, bool IsFine, string Found, string Expected)[] DataRules(
        string role, V1.DataSet? data) =>
        data is null ? [] :
        [
            ($"{role}.spec", data.Spec.Length > 0, "empty", "a data SPEC"),
            (
                $"{role}.artefact",
                data.Artefact.Length == 0 || Names.Sha256(data.Artefact) is not null,
                Quoted(data.Artefact),
                "\"artefacts/{sha256}\" or nothing"),
        ];

    private static string Quoted(string text) => $"\"{Names.Short(text)}\"";

    private static V1.DataSet? Data(DataLocation? location) => location is null ? null : new V1.DataSet
    {
        Artefact = location.Artefact is { } artefact ? Names.Artefact(artefact) : string.Empty,
        Spec = location.Spec,
    };

    /// <summary>Where a data set lies.</summary>
    public static DataLocation? Data(V1.DataSet? data) => data is null ? null : new DataLocation(data.Spec, Names.Sha256(data.Artefact));
}

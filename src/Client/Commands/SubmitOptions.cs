using System.CommandLine;
using Cluster.Contract.V1;
using Cluster.DataSpecs;
using Cluster.Terminal;

namespace Cluster.Client.Commands;

/// <summary>The options of `cluster submit`: those of `cluster run` that say what is searched for, and how it is submitted.</summary>
internal sealed class SubmitOptions
{
    private readonly Option<string> _model = new("--model") { Description = "FP32 network, an ONNX file", HelpName = "FILE.onnx", Required = true };
    private readonly Option<string> _data = Images<string>("--data", "calibration images; without --eval they are split, seeded, into calibration and evaluation", required: true);
    private readonly Option<string?> _evaluation = Images<string?>("--eval", "labelled images that the search looks at", required: false);
    private readonly Option<string?> _test = Images<string?>("--test", "labelled images looked at once, for the winner", required: false);
    private readonly Option<string?> _training = Images<string?>("--train", "labelled images to fine-tune the winner on; one in twenty is kept aside to choose the best epoch", required: false);
    private readonly Option<string?> _fineTune = AfterSearchOptions.FineTune();
    private readonly Option<int?> _epochs = AfterSearchOptions.Epochs();
    private readonly Option<string?> _reconstruct = AfterSearchOptions.Reconstruct();
    private readonly Option<int?> _reconstructIterations = AfterSearchOptions.ReconstructIterations();
    private readonly Option<string?> _preprocess = new("--preprocess") { Description = "preprocessing (default: MODEL.preprocess.json beside the model)", HelpName = "FILE.json" };
    private readonly Option<double> _maxDrop = MaxDrop.Option();
    private readonly Option<double?> _confidence = new("--confidence") { Description = "demand that the loss is within the bound at this one-sided confidence, e.g. 0.95", HelpName = "SHARE" };
    private readonly Option<string> _methods = new("--methods") { Description = "calibrators to try, in order of preference among equals", HelpName = "LIST", DefaultValueFactory = _ => "max,percentile:99.99,kl,mse" };
    private readonly Option<int?> _budget = NumberOptions.Positive(new Option<int?>("--budget-evals") { Description = "most accuracy evaluations to spend; the baselines are always made", HelpName = "N" });
    private readonly Option<int> _batch = NumberOptions.Positive("--batch", "images a run when latency is measured", 32);
    private readonly Option<int> _threads = NumberOptions.Positive("--threads", "threads of the runtime when latency is measured", 1);
    private readonly Option<long> _seed = NumberOptions.Seed();
    private readonly Option<string> _target = new("--target") { Description = "runtime to place and measure for", HelpName = "NAME", DefaultValueFactory = _ => "onnxruntime-cpu" };
    private readonly Option<string?> _name = new("--name") { Description = "the job's name for people, at most 100 characters", HelpName = "TEXT" };
    private readonly Option<Guid?> _requestId = new("--request-id") { Description = "UUID that makes submitting again harmless: the server has one job for it (default: a new one, printed)", HelpName = "UUID" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "check and estimate, submit nothing; files are uploaded for it" };
    private readonly Option<bool> _watch = new("--watch") { Description = "then follow the job, as ./cluster watch does" };
    private readonly Option<bool> _sharedPaths = new("--shared-paths") { Description = "upload no data: the server's operator shares it (silo --shared-data) under the same paths" };

    public SubmitOptions()
    {
        _confidence.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }, ..] && double.TryParse(text, out double share) && share is not (> 0.5 and < 1))
            {
                result.AddError($"--confidence is {text}; a number above 0.5 and below 1 is expected, e.g. 0.95.");
            }
        });
        _name.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: > 100 and var length }, ..])
            {
                result.AddError($"--name has {length} characters; at most 100 are expected.");
            }
        });
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _model, _data, _evaluation, _test, _training, _fineTune, _epochs, _reconstruct, _reconstructIterations, _preprocess, _maxDrop, _confidence, _methods, _budget, _batch, _threads, _seed, _target,
            _name, _requestId, _dryRun, _watch, _sharedPaths,
        })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What is allowed but probably not meant, a sentence each.</summary>
    public IEnumerable<string> Warnings(ParseResult parsed) => new[] { MaxDrop.Warning(parsed, _maxDrop) }.OfType<string>();

    /// <exception cref="UsageException">Options do not go together.</exception>
    public SubmitRequest Request(ParseResult parsed) => new()
    {
        Model = parsed.GetRequiredValue(_model),
        Calibration = parsed.GetRequiredValue(_data),
        Evaluation = parsed.GetValue(_evaluation),
        Test = parsed.GetValue(_test),
        Training = Mode(parsed) == FineTuneMode.Never ? null : parsed.GetValue(_training),
        FineTune = Mode(parsed),
        Epochs = parsed.GetValue(_epochs) is { } epochs && (Mode(parsed) == FineTuneMode.Never || parsed.GetValue(_training) is null)
            ? throw new UsageException($"--epochs is {epochs} where nothing is to be fine-tuned; give training images with --train.")
            : parsed.GetValue(_epochs),
        Reconstruct = Reconstruct(parsed),
        ReconstructIterations = parsed.GetValue(_reconstructIterations) is { } iterations && Reconstruct(parsed) == ReconstructionMode.Never
            ? throw new UsageException(AfterSearchOptions.NothingToIterate(iterations))
            : parsed.GetValue(_reconstructIterations),
        Preprocess = parsed.GetValue(_preprocess),
        MaxDrop = parsed.GetValue(_maxDrop),
        Confidence = parsed.GetValue(_confidence),
        Methods = parsed.GetRequiredValue(_methods).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        BudgetEvaluations = parsed.GetValue(_budget),
        Batch = parsed.GetValue(_batch),
        Threads = parsed.GetValue(_threads),
        Seed = parsed.GetValue(_seed),
        Target = parsed.GetRequiredValue(_target),
        Name = parsed.GetValue(_name) ?? "",
        RequestId = parsed.GetValue(_requestId) ?? Guid.NewGuid(),
        SharedPaths = parsed.GetValue(_sharedPaths),
        DryRun = parsed.GetValue(_dryRun),
        Watch = parsed.GetValue(_watch) && parsed.GetValue(_dryRun)
            ? throw new UsageException("--watch and --dry-run were both given; a dry run submits nothing to watch.")
            : parsed.GetValue(_watch),
    };

    private FineTuneMode Mode(ParseResult parsed) => parsed.GetValue(_fineTune) switch
    {
        "auto" => FineTuneMode.Auto,
        "always" when parsed.GetValue(_training) is null => throw new UsageException("--fine-tune is always where no training images are given; give labelled ones with --train."),
        "always" => FineTuneMode.Always,
        "never" => FineTuneMode.Never,
        _ => FineTuneMode.Unspecified,
    };

    private ReconstructionMode Reconstruct(ParseResult parsed) => parsed.GetValue(_reconstruct) switch
    {
        "always" => ReconstructionMode.Always,
        "never" => ReconstructionMode.Never,
        "auto" => ReconstructionMode.Auto,
        _ => ReconstructionMode.Unspecified,
    };

    private static Option<T> Images<T>(string name, string description, bool required)
    {
        var option = new Option<T>(name) { Description = description, HelpName = "SPEC", Required = required };
        option.Validators.Add(result => RemoteValues.Check(result, result.Tokens, text => DataSpec.Parse(text)));
        return option;
    }
}

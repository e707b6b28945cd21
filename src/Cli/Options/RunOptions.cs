using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.Evaluation.Inputs;
using Cluster.Kernels;
using Cluster.Kernels.Calibration;
using Cluster.Terminal;

namespace Cluster.Cli.Options;

/// <summary>The options of `cluster run`, and the job that a command line asks for.</summary>
internal sealed class RunOptions
{
    private readonly InputOption _model = CommonOptions.Model();
    private readonly InputOption _data = CommonOptions.Data(required: true, "calibration images; without --eval they are split, seeded, into calibration and evaluation");
    private readonly InputOption _evaluation = CommonOptions.Evaluation("labelled images that the search looks at");
    private readonly InputOption _test = CommonOptions.Images("--test", "labelled images looked at once, for the winner", required: false);
    private readonly InputOption _training = CommonOptions.Images("--train", "labelled images to fine-tune the winner on; one in twenty is kept aside to choose the best epoch", required: false);
    private readonly Option<string?> _fineTune = AfterSearchOptions.FineTune();
    private readonly Option<int?> _epochs = AfterSearchOptions.Epochs();
    private readonly Option<string?> _reconstruct = AfterSearchOptions.Reconstruct();
    private readonly Option<int?> _reconstructIterations = AfterSearchOptions.ReconstructIterations();
    private readonly InputOption _preprocess = CommonOptions.Preprocess();
    private readonly Option<string?> _output = CommonOptions.Output("DIR", "folder of the result; an interrupted job in it is resumed, a finished one reported", required: true);
    private readonly Option<double> _maxDrop = MaxDrop.Option();
    private readonly Option<double?> _confidence = new("--confidence") { Description = "demand that the loss is within the bound at this one-sided confidence, e.g. 0.95", HelpName = "SHARE" };
    private readonly Option<string> _methods = Methods();
    private readonly Option<int?> _budget = new("--budget-evals") { Description = "most accuracy evaluations to spend; the baselines are always made", HelpName = "N" };
    private readonly Option<int> _batch = CommonOptions.Batch();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<int> _workers = NumberOptions.Positive("--workers", "candidates evaluated at once; does not change the winner", 1);
    private readonly Option<long> _seed = NumberOptions.Seed();
    private readonly Option<string> _cache = new("--cache") { Description = "folder of results across jobs, or none", HelpName = "DIR", DefaultValueFactory = _ => DefaultCache() };
    private readonly InputOption _table = CommonOptions.File("--latency-table", "FILE", "latency.json of another run, used instead of measuring");
    private readonly Option<string> _target = new("--target") { Description = "runtime to place and measure for", HelpName = "NAME", DefaultValueFactory = _ => "onnxruntime-cpu" };
    private readonly Option<bool> _fresh = new("--fresh") { Description = "begin anew in a folder that holds a job" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _model, _data, _evaluation, _test, _training, _fineTune, _epochs, _reconstruct, _reconstructIterations, _preprocess, _output, _maxDrop, _confidence, _methods, _budget, _batch, _threads, _workers, _seed, _cache, _table, _target, _fresh,
        })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What is allowed but probably not meant, a sentence each.</summary>
    /// <exception cref="UsageException">A value makes no sense on this machine.</exception>
    public IEnumerable<string> Warnings(ParseResult parsed)
    {
        // With a latency table nothing is timed here: it may come from a machine with more cores.
        string? threads = parsed.GetValue(_table) is null ? ThreadCount.Judge(parsed.GetValue(_threads), Environment.ProcessorCount) : null;
        return new[] { MaxDrop.Warning(parsed, _maxDrop), threads }.OfType<string>();
    }

    public JobRequest Request(ParseResult parsed) => new()
    {
        Model = parsed.GetValue(_model)!,
        Calibration = parsed.GetValue(_data)!,
        Evaluation = parsed.GetValue(_evaluation),
        Test = parsed.GetValue(_test),
        Training = parsed.GetValue(_training),
        FineTune = Mode(parsed),
        Epochs = parsed.GetValue(_epochs) is { } epochs && Mode(parsed) is null
            ? throw new UsageException($"--epochs is {epochs} where nothing is to be fine-tuned; give training images with --train.")
            : parsed.GetValue(_epochs),
        Reconstruct = Reconstruct(parsed),
        ReconstructIterations = parsed.GetValue(_reconstructIterations) is { } iterations && Reconstruct(parsed) is null
            ? throw new UsageException(AfterSearchOptions.NothingToIterate(iterations))
            : parsed.GetValue(_reconstructIterations),
        Preprocess = parsed.GetValue(_preprocess),
        Output = parsed.GetValue(_output)!,
        MaxDrop = parsed.GetValue(_maxDrop),
        Confidence = parsed.GetValue(_confidence),
        Methods = Split(parsed.GetRequiredValue(_methods)),
        BudgetEvaluations = parsed.GetValue(_budget),
        Batch = parsed.GetValue(_batch),
        Threads = parsed.GetValue(_threads),
        Workers = parsed.GetValue(_workers),
        Seed = parsed.GetValue(_seed),
        Cache = parsed.GetRequiredValue(_cache) is var cache && cache == "none" ? null : cache,
        LatencyTable = parsed.GetValue(_table),
        Target = parsed.GetRequiredValue(_target),
        Fresh = parsed.GetValue(_fresh),
    };

    // Training images are given for one purpose, so they stand for it.
    private FineTuneMode? Mode(ParseResult parsed) => parsed.GetValue(_fineTune) switch
    {
        "auto" => FineTuneMode.Auto,
        "always" when parsed.GetValue(_training) is null => throw new UsageException("--fine-tune is always where no training images are given; give labelled ones with --train."),
        "always" => FineTuneMode.Always,
        "never" => null,
        _ => parsed.GetValue(_training) is null ? null : FineTuneMode.Auto,
    };

    private ReconstructionMode? Reconstruct(ParseResult parsed) => parsed.GetValue(_reconstruct) switch
    {
        "always" => ReconstructionMode.Always,
        "never" => null,
        _ => ReconstructionMode.Auto,
    };

    private static Option<string> Methods()
    {
        var option = new Option<string>("--methods")
        {
            Description = "calibrators to try, in order of preference among equals",
            HelpName = "LIST",
            DefaultValueFactory = _ => "max,percentile:99.99,kl,mse",
        };
        option.Validators.Add(Check);
        return option;
    }

    private static void Check(OptionResult result)
    {
        try
        {
            foreach (string method in result.Tokens.SelectMany(token => Split(token.Value)))
            {
                CalibrationMethod.Parse(method);
            }
        }
        catch (KernelException failure)
        {
            result.AddError(failure.Message);
        }
    }

    private static string[] Split(string methods) => methods.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string DefaultCache()
    {
        string root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(root, "cluster", "evaluations");
    }
}

using System.CommandLine;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Plans;

namespace Cluster.Terminal.Options;

/// <summary>
/// The options of a job on the command line, the same for `run` and `submit`: one row per option. Names and limits are those of
/// <see cref="JobLimits"/>, defaults those of <see cref="JobOptions"/>.
/// </summary>
public sealed class JobOptionSymbols
{
    private static readonly JobOptions Usual = new();
    private readonly List<Option> _symbols = [];
    private readonly List<Func<ParseResult, JobOptions, JobOptions>> _choices = [];

    private readonly Option<MaxDrop?> _maxDrop = MaxDrop.Option("largest accepted loss (default: 0.5%; 0.05 nats; 20dB; 1% of RMSE)");

    /// <summary>Makes new options, for one command.</summary>
    public JobOptionSymbols()
    {
        Methods = new Option<string>(JobLimits.Methods.Name)
        {
            Description = "calibrators to try, in order of preference among equals",
            HelpName = "LIST",
            DefaultValueFactory = _ => string.Join(',', Usual.Methods),
        };
        Methods.Validators.Add(result => NumberOptions.Report(result, text => JobLimits.Methods.Fault(Split(text), text)));

        Row(Mode(
            JobLimits.FineTune,
            "train the winner's numbers further and keep the result if it is better: auto (where accuracy was lost), always or never "
            + "(default: auto with --train, else never)"));
        Row(NumberOptions.Open(JobLimits.Epochs, $"passes of fine-tuning over the training images (default: {JobOptions.UsualEpochs})"));
        Row(Mode(
            JobLimits.Reconstruct,
            "learn roundings after the search, AdaRound, then BRECQ, then QDrop, and keep what helps: auto (where a faster plan was "
            + "refused for its accuracy, or the winner has lost some), always or never (default: auto)"));
        Row(NumberOptions.Open(
            JobLimits.Iterations,
            $"learning iterations for each block, or layer, of --reconstruct and --repair, {JobLimits.Iterations.Expected} "
            + $"(default: {JobOptions.UsualIterations})"));
        Row(NewMetric());
        Row(NewMetricCommand("; run only"));
        _symbols.Add(_maxDrop);
        Row(Mode(
            JobLimits.Goal,
            "which plan to look for: fastest (within the accepted loss, and the budgets where there are any), accurate (the most "
            + "accurate within the budgets) or front (all that no other beats) (default: accurate with a budget, else fastest)",
            "GOAL"));
        Row(QuantityOptions.Milliseconds(JobLimits.LatencyBudget, "most time a run of --batch images may take, e.g. 2ms or 800us"));
        Row(QuantityOptions.Bytes(JobLimits.SizeBudget, "largest file, e.g. 5MB or 600kB"));
        Row(QuantityOptions.Count(JobLimits.BopsBudget, "most bit operations an image (MACs x weight bits x activation bits), e.g. 2.5G"));
        Row(Mode(
            JobLimits.KeepFiles,
            "whose files to publish: winner, or front (those of every plan of the front and of all groups in INT8, too) "
            + "(default: winner)",
            "WHOSE"));
        Row(Mode(
            JobLimits.AlsoExport,
            "write the winner for another runtime, too: tensorrt or paddle (nothing here measures it)",
            "RUNTIME"));
        Row(NumberOptions.Open(
            JobLimits.Confidence, "require that the loss is within the bound at this one-sided confidence, e.g. 0.95", "SHARE"));
        Row(Methods, (options, methods) => options with { Methods = Split(methods) });
        Row(Mode(
            JobLimits.Calibrators,
            "choose a calibrator for each group by its divergence on held-back calibration images, or one for the network by labels: "
            + "group or network (default: group)",
            "WHAT"));
        Row(
            Groups(JobLimits.KeepFloat32, "groups that stay in FP32: names as inspect prints them, patterns with * and ?, comma-separated"),
            (options, words) => options with { KeepFloat32 = Patterns(words) });
        Row(
            Groups(JobLimits.Only, "groups that alone may be quantized, named in the same way; all others stay in FP32"),
            (options, words) => options with { Only = Patterns(words) });
        Row(
            Formats(),
            (options, words) => options with { Formats = words is null or [] ? null : [.. words.SelectMany(Split).Select(Format)] });
        Row(NewEqualize());
        Row(Mode(
            JobLimits.Repair,
            "learn roundings of weights before plans are tried, for them to choose from group by group: never or adaround "
            + "(default: never)",
            "HOW"));
        Row(First());
        Row(NumberOptions.Open(
            JobLimits.BudgetEvaluations,
            "most accuracy evaluations to spend, by reconstruction and fine-tuning too; the baselines are always made"));
        Row(NumberOptions.Open(
            JobLimits.MaxMinutes,
            "most minutes to work on the job, then the best so far is timed and published; 0 with a job that was interrupted "
            + "publishes what it has"));
        Row(Mode(
            JobLimits.Strategy,
            "how to search: greedy (skip what harms most, take back what was needless), knapsack (solve for the plan from one "
            + "sweep and the latency model, measure it, solve again), anneal (simulated annealing over formats and calibrators) or "
            + "ladder (NVIDIA's: the most sensitive groups in FP32 one after the other, then training) (default: knapsack)",
            "NAME"));
        Row(Mode(
            JobLimits.AnnealSchedule,
            "how the temperature of --strategy anneal falls: exponential, cosine (slowly at both ends) or step (in eight stairs) "
            + "(default: exponential)",
            "HOW"));
        Row(NewBatch());
        Row(Threads);
        Row(NumberOptions.Seed());
        Row(Target(), (options, target) => options with { Target = target });
    }

    /// <summary>All of them, in the order of the help.</summary>
    public IReadOnlyList<Option> All => _symbols;

    /// <summary>The calibrators, whose names are only known to some commands.</summary>
    public Option<string> Methods { get; }

    /// <summary>
    /// The runtime's threads, of which there may be more than this machine has cores: see <see cref="ThreadCount"/>.
    /// </summary>
    public Option<int> Threads { get; } = NewThreads();

    /// <summary>The metric for plans.</summary>
    /// <param name="purpose">The help text.</param>
    public static Option<MetricKind?> NewMetric(string purpose = "what plans are judged by") => new(JobLimits.Metric.Name)
    {
        Description = $"{purpose}: top1 or top5 (labels), output-kl or output-sqnr (FP32's outputs, no labels), rmse "
            + "(the array 'targets'), map50 or map50-95 (the array 'boxes'), score or loss (what --metric-command prints, higher or lower "
            + "where better) (default: top1, or score with --metric-command)",
        HelpName = "NAME",
        CustomParser = result =>
        {
            string word = result.Tokens[0].Value;
            if (MetricKindExtensions.Find(word) is { } metric)
            {
                return metric;
            }

            result.AddError(JobLimits.Metric.Fault(word).Sentence());
            return null;
        },
    };

    /// <summary>The user's command that judges predictions.</summary>
    /// <param name="note">Text at the end of its help.</param>
    public static Option<string?> NewMetricCommand(string note = "") => new(JobLimits.MetricCommand.Name)
    {
        Description = "a command of yours that judges predictions: it gets the path of an .npz file and prints a number, or one "
            + $"for each sample{note}",
        HelpName = "CMD",
    };

    /// <summary>Images per run in latency measurements.</summary>
    public static Option<int> NewBatch() => NumberOptions.Of(JobLimits.Batch, "images per run when latency is measured", Usual.Batch);

    /// <summary>Threads of the runtime in latency measurements.</summary>
    public static Option<int> NewThreads() =>
        NumberOptions.Of(JobLimits.Threads, "threads of the runtime when latency is measured", Usual.Threads);

    /// <summary>Splits a list of calibrators.</summary>
    public static string[] Split(string methods) =>
        methods.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The options that a command line chooses.</summary>
    /// <exception cref="UsageException">Options contradict each other.</exception>
    public JobOptions Read(ParseResult parsed, bool hasTrainingImages)
    {
        var options = Chosen(parsed);
        var decided = options.Decided(hasTrainingImages);
        RequireOneQuestion(options, isLossGiven: parsed.GetValue(_maxDrop) is not null);
        if (options.FineTune == FineTuneMode.Always && !hasTrainingImages)
        {
            throw new UsageException("--fine-tune is always where no training images are given; give labelled ones with --train.");
        }

        if (options.Epochs is { } epochs && decided.FineTune == FineTuneMode.Never)
        {
            throw new UsageException($"--epochs is {epochs} where nothing is to be fine-tuned; give training images with --train.");
        }

        if (options.Iterations is { } iterations && decided.Iterations is null)
        {
            throw new UsageException(
                $"{JobLimits.Iterations.Name} is {iterations} where no roundings are learned; leave it out, or ask for "
                + $"{JobLimits.Reconstruct.Name} or {JobLimits.Repair.Name}.");
        }

        return options;
    }

    /// <summary>A sentence where the accepted loss is unusually large, else null.</summary>
    public string? Warning(ParseResult parsed) => parsed.GetValue(_maxDrop)?.Warning(Chosen(parsed));

    private JobOptions Chosen(ParseResult parsed)
    {
        var options = _choices.Aggregate(Usual, (chosen, choose) => choose(parsed, chosen));
        return parsed.GetValue(_maxDrop) is { } drop ? drop.In(options) : options;
    }

    // A loss asks for the fastest plan, a budget for the most accurate one.
    private static void RequireOneQuestion(JobOptions options, bool isLossGiven)
    {
        if (options.Aim == SearchGoal.Accurate && isLossGiven)
        {
            throw new UsageException(
                "a bound of the loss asks for the fastest plan and a budget for the most accurate one; say --goal fastest to have both "
                + "hold, or leave one of them out.");
        }

        if (options.Goal == SearchGoal.Accurate && options.Budgets == 0)
        {
            throw new UsageException(
                $"--goal accurate has no budget, and without one FP32 is the answer; give {JobLimits.LatencyBudget.Name}, "
                + $"{JobLimits.SizeBudget.Name} or {JobLimits.BopsBudget.Name}.");
        }
    }

    private static Option<string> Target() =>
        new("--target")
        {
            Description = "runtime to place and measure for; of several, each gets a job of its own",
            HelpName = "NAME[,NAME...]",
            DefaultValueFactory = _ => Usual.Target,
        };

    private static Option<string[]> Groups(JobLimit<IReadOnlyList<string>> limit, string description)
    {
        var option = new Option<string[]>(limit.Name) { Description = description, HelpName = "GROUP[,GROUP...]" };
        option.Validators.Add(result =>
        {
            string[] words = [.. result.Tokens.Select(token => token.Value)];
            if (limit.Fault([.. words.SelectMany(Split)], string.Join(' ', words)) is { } fault)
            {
                result.AddError(fault.Sentence());
            }
        });
        return option;
    }

    private static Option<string[]> Formats()
    {
        var option = new Option<string[]>(JobLimits.Formats.Name)
        {
            Description = "formats that each group may get one of besides FP32: int8, w4a8 (weights in 4 bits: smaller, as fast as int8); "
                + "where the target has them float16, bfloat16 and tf32 (default: int8, and float16 for a GPU)",
            HelpName = "FORMAT[,FORMAT...]",
        };
        option.Validators.Add(result =>
        {
            string[] words = [.. result.Tokens.SelectMany(token => Split(token.Value))];
            if (JobLimits.Formats.Fault(words, string.Join(',', words)) is { } fault)
            {
                result.AddError(fault.Sentence());
            }
        });
        return option;
    }

    private static Option<FirstPlan?> First() => new(JobLimits.FirstPlan.Name)
    {
        Description = "a plan of the same network to look at before the search's own: a winner.plan.json, or the plan itself as JSON",
        HelpName = "FILE",
        CustomParser = result =>
        {
            var word = result.Tokens[0].Value;
            try
            {
                return word.StartsWith('{') ? FirstPlan.Parse(word, JobLimits.FirstPlan.Name)
                    : FirstPlan.Parse(File.ReadAllText(word), word);
            }
            catch (Exception unreadable) when (unreadable is JobException or IOException or UnauthorizedAccessException)
            {
                result.AddError(unreadable.Message);
                return null;
            }
        },
    };

    private static string Format(string word) => GroupFormat.Parse(word).Text;

    private static string[]? Patterns(string[]? words) => words is null or [] ? null : [.. words.SelectMany(Split)];

    private static Option<T?> Mode<T>(JobLimit<T> limit, string description, string helpName = "WHEN")
        where T : struct, Enum => new(limit.Name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                string word = result.Tokens[0].Value;
                var modes = Enum.GetValues<T>().ToDictionary(mode => mode.ToString().ToLowerInvariant(), StringComparer.Ordinal);
                if (modes.TryGetValue(word, out var mode))
                {
                    return mode;
                }

                result.AddError(limit.Fault(word).Sentence());
                return null;
            },
        };

    // Without a value it is on, as in `quantize`.
    private static Option<ChannelScaling?> NewEqualize()
    {
        var equalize = Mode(
            JobLimits.Equalize,
            "scale the channels of neighbouring layers against each other before anything is quantized, which changes no output of FP32: "
            + "on or off (default: off; without a word: on)",
            "HOW");
        equalize.Arity = ArgumentArity.ZeroOrOne;
        var parse = equalize.CustomParser!;
        equalize.CustomParser = result => result.Tokens.Count == 0 ? ChannelScaling.On : parse(result);
        return equalize;
    }

    private void Row<T>(Option<T> symbol)
    {
        var limit = JobLimits.Named(symbol.Name);
        Row(symbol, (options, value) => limit.With(options, value));
    }

    private void Row<T>(Option<T> symbol, Func<JobOptions, T, JobOptions> choose)
    {
        _symbols.Add(symbol);
        _choices.Add((parsed, options) => choose(options, parsed.GetValue(symbol)!));
    }
}

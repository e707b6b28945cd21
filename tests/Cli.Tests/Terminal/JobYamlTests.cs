using Cluster.Coordinator.Model;
using Cluster.Terminal.Jobs;

namespace Cluster.Cli.Tests.Terminal;

public sealed class JobYamlTests
{
    [Fact]
    public void Parse_ValuesAndLists_AreReadWithTheirLines()
    {
        var entries = JobYaml.Parse(
            "# a job\nmodel: net.onnx\nmethods: [max, 'kl']\n\nset: {sr: 16000}\nshape:\n  x: [1, 3, 8, 8]\nequalize: on\n", "job.yaml");

        entries.Select(entry => $"{entry.Line} {entry.Key}={string.Join('|', entry.Values)}").ShouldBe(
            ["2 model=net.onnx", "3 methods=max|kl", "5 set=sr=16000", "6 shape=x=1,3,8,8", "8 equalize=on"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n")]
    public void Parse_Nothing_IsNothing(string text) => JobYaml.Parse(text, "job.yaml").ShouldBeEmpty();

    [Theory]
    [InlineData("model: a\nmax_drop: 1%", "job.yaml, line 2: 'max_drop' is no option of a job: max-drop may be meant.")]
    [InlineData("output: OUT", "job.yaml, line 1: 'output' is no option of a job, which are model, data, eval,")]
    [InlineData("model: a\ndata: b\nmodel: c", "job.yaml, line 3: model stands in line 1 already: leave one of them out.")]
    [InlineData("model: [a, b]", "job.yaml, line 1: model is a list, and one value is expected: give one.")]
    [InlineData("methods: [[max]]", "job.yaml, line 1: methods is nested deeper than a list of values: write them in one.")]
    [InlineData("methods: []", "job.yaml, line 1: methods is empty: give a value, or delete the line.")]
    [InlineData("test:", "job.yaml, line 1: test is empty: give a value, or delete the line.")]
    [InlineData("test: ~", "job.yaml, line 1: test is empty: give a value, or delete the line.")]
    [InlineData("test: {a: b}", "job.yaml, line 1: test is a mapping, and one value is expected: give that.")]
    [InlineData("[a, b]", "job.yaml, line 1: a job's file is one mapping: write one KEY: VALUE a line.")]
    [InlineData("model: a\n---\nmodel: b", "job.yaml, line 2: a second document begins, and a job's file has one: delete it.")]
    [InlineData("model: &a x\ndata: *a", "job.yaml, line 1: anchors (&) and aliases (*) are not read: write each value where it belongs.")]
    [InlineData("model: !!str x", "job.yaml, line 1: tags (!) are not read: delete it.")]
    [InlineData("model: \"x", "this is not YAML (")]
    [InlineData("model: a: b", "job.yaml, line 1: this is not YAML (")]
    public void Parse_NoJob_IsRefusedInASentenceWithItsLine(string text, string said) =>
        Should.Throw<UsageException>(() => JobYaml.Parse(text, "job.yaml")).Message.ShouldStartWith(
            said.StartsWith("this", StringComparison.Ordinal) ? "job.yaml, line 1: " + said : said);

    [Fact]
    public void Parse_ABomb_IsRefusedAtItsFirstAnchor()
    {
        string bomb = string.Join('\n', Enumerable.Range(0, 20).Select(
            level => $"k{level}: &a{level} [{string.Join(',', Enumerable.Repeat(level == 0 ? "x" : $"*a{level - 1}", 20))}]"));

        Should.Throw<UsageException>(() => JobYaml.Parse($"methods: {bomb[4..]}", "job.yaml")).Message.ShouldContain("line 1: anchors");
        Should.Throw<UsageException>(() => JobYaml.Parse($"methods: {new string('[', 30_000)}", "job.yaml")).Message
            .ShouldContain("line 1: methods is nested deeper");
    }

    [Fact]
    public void Read_AFileBeyondTheLimit_IsRefusedUnread()
    {
        using var folder = new WorkFolder();
        string path = folder.Write("job.yaml", new string('#', JobYaml.MostBytes + 1));

        Should.Throw<UsageException>(() => JobYaml.Read(path)).Message.ShouldEndWith(
            "has more than 64 KiB, and a job's file has a few lines: give another.");
    }

    [Fact]
    public void Of_EachOptionChanged_IsReadAsTheSame()
    {
        var inputs = new JobInputs { Model = "a: b/net #1.onnx", Calibration = "folder:calib@0..5+npz:x.npz", Preprocess = "p.json" };
        var options = new JobOptions
        {
            Methods = ["kl", "percentile:99.9"],
            MaxDrop = 0.005,
            MaxDropIsRelative = true,
            LatencyBudgetMs = 1.25,
            Blank = -1,
            Shape = ["x=1,3,8,8"],
            Formats = ["int8-safe", "w4a8"],
            Metric = MetricKind.Map50To95,
            Equalize = ChannelScaling.On,
            Batch = 1,
            MetricCommand = "python3 \"a b.py\"",
            Seed = 7,
        };

        var entries = JobYaml.Parse(JobYamlText.Of(inputs, options, "out"), "job.yaml");

        string alone = JobYamlText.OfOptions(options, ["sha", "folder:x\nseed: 9\u2028seed: 8\u0085seed: 6", null, "", null, "{}"]);
        JobYaml.Parse(alone, "job.yaml").Select(entry => (entry.Key, string.Join('|', entry.Values))).ShouldBe(
            entries.Where(entry => entry.Key is not ("model" or "data" or "preprocess"))
                .Select(entry => (entry.Key, string.Join('|', entry.Values))));
        alone.Split('\n')[0].ShouldEndWith("--model … --data … --preprocess … -o OUT");
        entries.ToDictionary(entry => entry.Key, entry => string.Join('|', entry.Values)).ShouldBe(
            new Dictionary<string, string>
            {
                ["model"] = "../a: b/net #1.onnx",
                ["data"] = "folder:../calib@0..5+npz:../x.npz",
                ["preprocess"] = "../p.json",
                ["metric"] = "map50-95",
                ["blank"] = "-1",
                ["metric-command"] = "python3 \"a b.py\"",
                ["max-drop"] = "0.5%-of-fp32",
                ["latency-budget"] = "1.25",
                ["methods"] = "kl|percentile:99.9",
                ["formats"] = "int8-safe|w4a8",
                ["shape"] = "x=1,3,8,8",
                ["equalize"] = "on",
                ["batch"] = "1",
                ["seed"] = "7",
            },
            ignoreOrder: true);
    }

    public static TheoryData<string> Names => [.. JobLimits.All.Select(limit => limit.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void OfOptions_EveryValueOfAnOption_IsReadAsTheSame(string name)
    {
        var limit = JobLimits.All.Single(limit => limit.Name == name);
        JobOptions[] chosen = [.. limit == JobLimits.MaxDrop ? Bounds() : Values(limit).Select(value => limit.With(new(), value))];
        chosen = [.. chosen.Where(options => limit.FaultIn(options) is null)];

        chosen.ShouldNotBeEmpty();
        chosen.ShouldAllBe(options => Json(Again(options)) == Json(options));
    }

    [Fact]
    public void OfOptions_OneValueOfEach_IsReadAsTheSame()
    {
        for (int draw = 0; draw < 40; draw++)
        {
            var options = new JobOptions();
            foreach (var limit in JobLimits.All.Where(limit => limit != JobLimits.MaxDrop))
            {
                object[] fine = [.. Values(limit).Where(value => limit.FaultIn(limit.With(new(), value)) is null)];
                options = limit.With(options, fine[draw % fine.Length]);
            }

            Json(Again(options)).ShouldBe(Json(options));
        }
    }

    private static JobOptions Again(JobOptions options)
    {
        var symbols = new JobOptionSymbols();
        var command = new Command("run");
        foreach (var option in symbols.All)
        {
            command.Options.Add(option);
        }

        var parsed = command.Parse(
        [
            .. JobYaml.Parse(JobYamlText.OfOptions(options, []), "job.yaml").SelectMany(entry => entry.Values
                .Select(value => $"{JobKeys.OptionOf(entry.Key)}={value}")),
        ]);
        parsed.Errors.ShouldBeEmpty();
        return symbols.Chosen(parsed);
    }

    private static string Json(JobOptions options) => CanonicalJson.Serialize(options);

    // Those beyond an option's limit are left out by the tests.
    private static IEnumerable<object> Values(JobLimit limit) => limit.Type switch
    {
        { IsEnum: true } choice => Enum.GetValues(choice).Cast<object>(),
        var type when type == typeof(int) => [-1, 0, 1, 7, 4096],
        var type when type == typeof(long) => [0L, 1L, 12_345L, (1L << 53) - 1],
        var type when type == typeof(double) => [0.0, 0.1, 0.5025, 0.95, 1.0, 1.25, 1.0 / 3, 1e-7, 12_345.678],
        var type when type == typeof(string) =>
        [
            "max", "a: b", "# a", "'a", "\"a b\" c", "null", "~", "yes", "{a}", "[a", "é", " a ", "a\\n", "1e5", "-", "&a", "*a", "!a",
            "a:",
        ],
        // Commas separate the values of other lists.
        _ when limit == JobLimits.Set || limit == JobLimits.Shape => [(string[])["x=1,3,8,8"], (string[])["x: 1=16000", "#=5,1"]],
        _ =>
        [
            .. new string[][]
            {
                ["paddle"], ["tensorrt-strongly-typed", "tensorrt"],
                ["kl"], ["percentile:99.99", "max"], ["int8"], ["w4a8", "int8-safe"], ["a*", "?", "#3", "null", "a: b", "- a"],
            },
        ],
    };

    private static IEnumerable<JobOptions> Bounds() =>
        from metric in Enum.GetValues<MetricKind>()
        from drop in (double[])[0, 0.005, 0.07, 1.0 / 3, 0.30000000000000004, 1, 20, -3]
        from isRelative in (bool?[])[null, true]
        let options = new JobOptions
        {
            Metric = metric,
            MetricCommand = new JobOptions { Metric = metric }.Measure.IsCommand() ? "a" : null,
            MaxDrop = drop,
            MaxDropIsRelative = isRelative,
        }
        where options.DropFault() is null
        select options;
}

namespace Cluster.EndToEnd.Documents;

/// <summary>What the page of the five texts' terms says of each is shown by a command that runs, or by a test that exists.</summary>
public sealed class CoverageTests
{
    private static readonly string Page = Checkout.At("docs", "reproductions", "coverage.md");

    // What the five texts name, by the beginning of the row that answers it.
    private static readonly Dictionary<string, string[]> Named = new(StringComparer.Ordinal)
    {
        ["Vitis AI"] =
        [
            "calibration maxmin", "calibration percentile", "calibration entropy", "calibration MSE", "diffs", "MinMaxObserver",
            "HistogramObserver", "symmetric", "per tensor", "fusing", "PTQ", "QAT", "one layer at a time", "annealed", "calibrating again",
            "profiling", "dynamic",
        ],
        ["PaddleSlim"] =
        [
            "weights `abs_max`", "activations `moving_average_abs_max`", "`abs_max`", "`KL`", "`avg`", "`hist`", "`mse`", "`emd`",
            "`bias_correction`", "Adaround", "BRECQ", "QDrop", "training with pairs", "weights in 8 bits", "weights in 16 bits",
            "weights in 8 bits, ranges found", "`quantize_linear`", "pairs at operators",
        ],
        ["MNIST"] = ["fixed-point", "ranges averaged"],
        ["PyTorch"] = ["weights only", "static", "dynamic", "QAT", "mixed precision", "mixed: static", "MSE and MAE"],
        ["NVIDIA"] =
        [
            "PTQ, then partial PTQ", "partial PTQ by hand", "RepVGG", "quantized Conv", "quantized LSTM", "quantized ConvTranspose",
            "batch normalization", "layers near", "symmetric scales", "entropy and min-max", "calibration cache", "INT8 beside FP16",
        ],
    };

    [Fact]
    public void Rows_EachTerm_IsThatOfAText()
    {
        var rows = Rows().ToLookup(row => row.Text, row => row.Term, StringComparer.Ordinal);

        rows.Select(text => text.Key).ShouldBe(Named.Keys);
        foreach (var (text, terms) in Named)
        {
            rows[text].Count().ShouldBe(terms.Length, text);
            rows[text].Zip(terms).ShouldAllBe(pair => pair.First.StartsWith(pair.Second, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Rows_WhatIsNotLacking_IsShownByACommandOrATest()
    {
        var tests = Directory.EnumerateFiles(Checkout.At("tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.Ordinal);
        string[][] commands =
        [
            .. Directory.EnumerateFiles(Checkout.At("docs", "guide"), "*.md").Append(Checkout.At("README.md")).Append(Page)
                .SelectMany(DocumentedCommands.Lines)
                .Where(line => !NotRunHere.Has(line))
                .Select(line => line.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        ];

        bool IsShown(string name) => tests.Contains(name)
            || commands.Any(command => command is ["./cluster", ..] && name.Split(' ').All(command.Contains));
        Rows().Where(row => row.IsLacking != (row.ShownBy.Length == 0)).ShouldBeEmpty();
        Rows().SelectMany(row => row.ShownBy.Select(name => (row.Text, row.Term, Name: name))).Where(shown => !IsShown(shown.Name))
            .ShouldBeEmpty();
    }

    private static IEnumerable<(string Text, string Term, bool IsLacking, string[] ShownBy)> Rows()
    {
        string text = "";
        foreach (string line in File.ReadLines(Page).Where(line => line.StartsWith('|')).Skip(2))
        {
            string[] cells = [.. line.Split('|')[1..^1].Select(cell => cell.Trim())];
            text = cells[0].Length > 0 ? cells[0] : text;
            yield return (text, cells[1], cells[2].StartsWith('—'), [.. cells[3].Split('`').Where((_, i) => i % 2 == 1)]);
        }
    }
}

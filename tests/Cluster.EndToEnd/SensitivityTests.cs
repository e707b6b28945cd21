namespace Cluster.EndToEnd;

public class SensitivityTests
{
    [Fact]
    public async Task Sensitivity_TinyNetwork_RanksEveryGroupInEveryFormat()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string[] command =
        [
            "sensitivity",
            "--model",
            "tiny.onnx",
            "--data",
            "idx:images-idx3-ubyte@0..32",
            "--eval",
            "idx:images-idx3-ubyte@32..",
            "--images",
            "50"
        ];
        var json = await ClusterProcess.RunAsync(folder.Root, [.. command, "--left-out", "--json"]);
        json.Code.ShouldBe(0, json.Error);
        var report = json.Json();
        report.GetProperty("images").GetInt32().ShouldBe(50);
        CheckRanking(report, ["first", "head", "second"], 50);
        double whole = report.GetProperty("wholeKl").GetDouble();
        report.GetProperty("groups").EnumerateArray().ShouldAllBe(group => group.GetProperty("leftOutKl").GetDouble() != whole);

        var table = await ClusterProcess.RunAsync(folder.Root, command);
        table.Code.ShouldBe(0, table.Error);
        table.Output.ShouldContain("##########");
        table.Output.ShouldNotContain("\u001b");
        table.Output.ShouldNotContain("of the others");
        table.Error.ShouldContain("trying 3 groups on 50 images each");

        var csv = await ClusterProcess.RunAsync(folder.Root, [.. command, "-o", "s.csv"]);
        csv.Code.ShouldBe(0, csv.Error);
        csv.Output.ShouldBeEmpty();
        string[] lines = (await File.ReadAllTextAsync(folder["s.csv"], TestContext.Current.CancellationToken)).Split(
            "\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(4);
        lines[1].Split(',')[1].ShouldBe(report.GetProperty("groups")[0].GetProperty("group").GetString());
    }

    [Fact]
    public async Task Sensitivity_OneSetOfImages_IsSplit()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root, images: 40);
        var run = await ClusterProcess.RunAsync(
            folder.Root, "sensitivity", "--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte", "--json");
        run.Code.ShouldBe(0, run.Error);
        run.Json().GetProperty("images").GetInt32().ShouldBe(30);
        run.Error.ShouldContain("calibrating on 10 images");
    }

    [Fact]
    public async Task Sensitivity_Unlabelled_RanksByDivergence()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        File.Delete(folder["labels-idx1-ubyte"]);
        var run = await ClusterProcess.RunAsync(
            folder.Root, "sensitivity", "--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte", "--json");
        run.Code.ShouldBe(0, run.Error);
        var groups = run.Json().GetProperty("groups").EnumerateArray().ToList();
        groups.ShouldAllBe(group => group.GetProperty("kl").GetDouble() > 0 && group.GetProperty("total").GetInt32() == 0);
    }

    [Fact]
    public async Task Sensitivity_Resnet8_TriesItsTenGroups()
    {
        using var folder = new WorkFolder();
        var run = await ClusterProcess.RunAsync(
            folder.Root, "sensitivity", "--model", Resnet8.Model, "--data", Resnet8.Calibration, "--eval",
            Resnet8.Evaluation, "--images", "64", "--json");
        run.Code.ShouldBe(0, run.Error);
        var groups = run.Json().GetProperty("groups").EnumerateArray().ToList();
        groups.Count.ShouldBe(10);
        groups.ShouldAllBe(group => group.GetProperty("sqnrDb").GetDouble() > 15 && group.GetProperty("correct").GetInt32() > 48);
    }

    private static void CheckRanking(JsonElement report, string[] names, int total)
    {
        var groups = report.GetProperty("groups").EnumerateArray().ToList();
        groups.Select(group => group.GetProperty("group").GetString()!).Order(StringComparer.Ordinal).ShouldBe(names);
        groups.Select(group => group.GetProperty("kl").GetDouble()).ShouldBeInOrder(SortDirection.Descending);
        groups.ShouldAllBe(group => group.GetProperty("total").GetInt32() == total);
    }
}

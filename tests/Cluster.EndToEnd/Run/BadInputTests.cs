namespace Cluster.EndToEnd.Run;

public sealed class BadInputTests : IDisposable
{
    private const string Images = "idx:images-idx3-ubyte";
    private readonly WorkFolder _folder = new();

    public BadInputTests()
    {
        TinyNetwork.Write(_folder.Root);
        File.WriteAllText(_folder["garbage.onnx"], "garbage");
        File.Copy(_folder["tiny.onnx"], _folder["naked.onnx"]);
        File.WriteAllText(_folder["wrong.preprocess.json"], """{"layout":"NCHW","color":"RGB","scale":1,"mean":[0,0,0],"std":[1,1,1]}""");
        File.WriteAllText(_folder["file"], "not a folder");
        File.WriteAllText(_folder["other.json"], """{"context":"another","observations":[],"profiles":[],"schema":"cluster.latency/v1"}""");
        File.WriteAllText(_folder["no-table.json"], "[1");
        WriteImages("large", 9, 1, labels: null);
        WriteImages("coloured", TinyNetwork.Side, 3, labels: null);
        WriteImages("unlabelled", TinyNetwork.Side, 1, labels: null);
        WriteImages("beyond", TinyNetwork.Side, 1, labels: [0, 1, TinyNetwork.Classes]);
        File.WriteAllBytes(_folder["cut"], File.ReadAllBytes(_folder["images-idx3-ubyte"])[..^10]);
    }

    public static TheoryData<int, string, string> Cases => new()
    {
        { 3, "nowhere.onnx", $"--model nowhere.onnx --data {Images}" },
        { 1, "garbage.onnx", $"--model garbage.onnx --data {Images}" },
        { 3, "naked.preprocess.json", $"--model naked.onnx --data {Images}" },
        { 1, "RGB", $"--model tiny.onnx --preprocess wrong.preprocess.json --data {Images}" },
        { 3, "nowhere.json", $"--model tiny.onnx --preprocess nowhere.json --data {Images}" },
        { 3, "nowhere", "--model tiny.onnx --data idx:nowhere" },
        { 1, "cut short", "--model tiny.onnx --data idx:cut" },
        { 1, "9", $"--model tiny.onnx --data idx:large --eval {Images}" },
        { 1, "3", $"--model tiny.onnx --data idx:coloured --eval {Images}" },
        { 1, "no labels", $"--model tiny.onnx --data {Images} --test idx:unlabelled" },
        { 2, "no labels", $"--model tiny.onnx --data {Images} --eval idx:unlabelled --expect 90%" },
        { 2, "--expect", $"--model tiny.onnx --data {Images} --expect 917%" },
        { 1, "label", $"--model tiny.onnx --data {Images} --eval idx:beyond,labels=beyond.labels" },
        { 1, "empty", $"--model tiny.onnx --data {Images}@5..5" },
        { 1, "96", $"--model tiny.onnx --data {Images}@90..200" },
        { 2, "scheme", "--model tiny.onnx --data images-idx3-ubyte" },
        { 2, "frobnicate", $"--model tiny.onnx --data {Images} --methods max,frobnicate" },
        { 2, "each once", $"--model tiny.onnx --data {Images} --methods max,max" },
        { 2, "near are first", $"--model tiny.onnx --data {Images} --keep-fp32 frist" },
        { 2, "none of the 3 groups", $"--model tiny.onnx --data {Images} --only first --keep-fp32 first" },
        { 2, "--only", $"--model tiny.onnx --data {Images} --only ," },
        { 2, "group or network", $"--model tiny.onnx --data {Images} --calibrators layer" },
        { 2, "--max-drop", $"--model tiny.onnx --data {Images} --max-drop lots" },
        { 2, "--max-drop", $"--model tiny.onnx --data {Images} --max-drop 100%" },
        { 2, "--max-drop", $"--model tiny.onnx --data {Images} --max-drop -1%" },
        { 2, "--confidence", $"--model tiny.onnx --data {Images} --confidence 2" },
        { 2, "--budget-evals", $"--model tiny.onnx --data {Images} --budget-evals 0" },
        { 2, "--batch", $"--model tiny.onnx --data {Images} --batch 0" },
        { 2, "--workers", $"--model tiny.onnx --data {Images} --workers many" },
        { 2, "--seed", $"--model tiny.onnx --data {Images} --seed -1" },
        { 2, "onnxruntime-cpu", $"--model tiny.onnx --data {Images} --target tensorrt" },
        { 3, "nowhere.json", $"--model tiny.onnx --data {Images} --latency-table nowhere.json" },
        { 1, "another model", $"--model tiny.onnx --data {Images} --latency-table other.json" },
        { 1, "no-table.json", $"--model tiny.onnx --data {Images} --latency-table no-table.json" },
        { 2, "--model", $"--data {Images}" },
        { 2, "--frobnicate", $"--model tiny.onnx --data {Images} --frobnicate" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Run_InputThatCannotBeUsed_IsOneClearLineAndBlocksNothing(int code, string named, string options)
    {
        var run = await ClusterProcess.RunAsync(_folder.Root, ["run", "--cache", "none", "-o", "out", .. options.Split(' ')]);
        run.Code.ShouldBe(code, run.Error);
        run.Output.ShouldBeEmpty();
        string line = run.Error
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(text => text.StartsWith("cluster: ", StringComparison.Ordinal))
            .Where(text => !text.StartsWith("cluster: warning: ", StringComparison.Ordinal))
            .ShouldHaveSingleItem();
        line.ShouldContain(named);
        line.ShouldEndWith(".");
        FileEvents.Lines(_folder["out/journal.jsonl"]).ShouldBe(0, "nothing that the next job would have to resume");
    }

    [Fact]
    public async Task Run_OutputIsAFile_IsRefusedAndTheFileKept()
    {
        var run = await ClusterProcess.RunAsync(
            _folder.Root, "run", "--model", "tiny.onnx", "--data", Images, "--cache", "none", "-o", "file");
        run.Code.ShouldBe(2, run.Error);
        run.Error.ShouldContain("file");
        (await File.ReadAllTextAsync(_folder["file"], TestContext.Current.CancellationToken)).ShouldBe("not a folder");
    }

    [Fact]
    public async Task Run_QuantizedAlready_IsRefused()
    {
        (await ClusterProcess.RunAsync(_folder.Root, "quantize", "--model", "tiny.onnx", "--data", Images, "-o", "q.onnx"))
            .Code.ShouldBe(0);
        var run = await ClusterProcess.RunAsync(
            _folder.Root, "run", "--model", "q.onnx", "--preprocess", "tiny.preprocess.json", "--data", Images, "--cache",
            "none", "-o", "out");
        run.Code.ShouldBe(1, run.Error);
        run.Error.ShouldContain("quantized already");
    }

    [Fact]
    public async Task Run_AfterInputThatCouldNotBeUsed_SucceedsInTheSameFolder()
    {
        string[] good =
        [
            "run",
            "--model",
            "tiny.onnx",
            "--data",
            Images,
            "--methods",
            "max",
            "--max-drop",
            "50%",
            "--batch",
            "2",
            "--cache",
            "none",
            "-o",
            "out"
        ];
        (await ClusterProcess.RunAsync(_folder.Root, [.. good, "--latency-table", "other.json"])).Code.ShouldBe(1);
        (await ClusterProcess.RunAsync(_folder.Root, [.. good, "--test", "idx:unlabelled"])).Code.ShouldBe(1);
        var run = await ClusterProcess.RunAsync(_folder.Root, good);
        run.ShouldBeDone();
        new JobFiles(_folder["out"]).State().IsCompleted.ShouldBeTrue();
    }

    private void WriteImages(string name, int side, int channels, byte[]? labels)
    {
        int count = labels?.Length ?? 12;
        IdxWriter.WriteImages(_folder[name], new byte[count * channels * side * side], channels, side, side, gzip: false);
        if (labels is not null)
        {
            IdxWriter.WriteLabels(_folder[name + ".labels"], labels, gzip: false);
        }
    }
}

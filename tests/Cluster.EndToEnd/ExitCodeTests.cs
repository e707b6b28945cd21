namespace Cluster.EndToEnd;

/// <summary>The same mistake ends with the same code, whatever the verb.</summary>
public sealed class ExitCodeTests : IDisposable
{
    private const string Good = "--model tiny.onnx --data idx:images-idx3-ubyte";
    private const string Absent = "--server http://127.0.0.1:9 --timeout 1";

    private static readonly string[] Steps = ["run", "quantize", "smooth", "finetune", "sensitivity", "errors"];
    private static readonly string[] OfAJob =
        ["watch", "show", "candidates", "cancel", "pause", "resume", "delete", "fetch"];

    private readonly WorkFolder _folder = new();

    public ExitCodeTests()
    {
        TinyNetwork.Write(_folder.Root);
        File.WriteAllText(_folder["garbage.onnx"], "garbage");
        File.Copy(_folder["tiny.preprocess.json"], _folder["garbage.preprocess.json"]);
        File.Copy(_folder["tiny.onnx"], _folder["naked.onnx"]);
        File.WriteAllText(_folder["file"], "in the way");
        Directory.CreateDirectory(_folder["pictures"]);
        File.WriteAllText(_folder["columns.csv"], "picture,class\na.png,1\n");
        File.WriteAllText(_folder["missing.csv"], "file,label\na.png,1\n");
        IdxWriter.WriteImages(_folder["cut"], new byte[64], 1, 8, 8, gzip: false);
        using var cut = File.OpenWrite(_folder["cut"]);
        cut.SetLength(cut.Length - 10);
    }

    /// <summary>A mistake, its code, and the command lines that make it.</summary>
    public static TheoryData<string, int, string[]> Mistakes => new()
    {
        {
            "an unknown option", ExitCode.Usage,
            [
                .. Steps.Concat(["demo", "dequantize", "solve", "compare", "explain", "replay", "watch-winner", "inspect", "doctor"])
                    .Append("data list")
                    .Concat(OtherVerbs.All.Select(verb => verb.Name)).Concat(["silo", "gateway"])
                    .Select(verb => $"{verb} --frobnicate"),
            ]
        },
        {
            "a word that this network or version does not know", ExitCode.Usage,
            [
                $"run {Good} -o out --keep-fp32 nowhere", $"run {Good} -o out --only nowhere", $"run {Good} -o out --target nowhere",
                $"run {Good} -o out --methods nowhere", $"run {Good} -o out --formats nowhere", $"run {Good} -o out --strategy nowhere",
                $"run {Good} -o out --formats int8,w4 --target libtorch-cpu",
                $"quantize {Good} -o q.onnx --keep-fp32 nowhere", $"quantize {Good} -o q.onnx --method nowhere",
                $"errors {Good} --keep-fp32 nowhere", $"list --state nowhere {Absent}", $"submit {Good} --strategy nowhere {Absent}",
                "silo --devices nowhere", "silo --check --devices nowhere", "silo --listen nowhere", "gateway --listen nowhere",
            ]
        },
        {
            "an option that does not fit the data", ExitCode.Usage,
            [
                $"run {Good},labels=none -o out --expect 90%",
                "run --model tiny.onnx --data npz:none.npz --preprocess tiny.preprocess.json -o out",
            ]
        },
        {
            "an output that is taken", ExitCode.Usage,
            [
                $"run {Good} -o file", $"run {Good} -o file/out", $"quantize {Good} -o file", $"quantize {Good} -o file/q.onnx",
                $"smooth {Good} -o file",
                "dequantize --model tiny.onnx -o file",
                "silo --data-dir file", "silo --check --data-dir file",
            ]
        },
        {
            "a file that is not there", ExitCode.NotFound,
            [
                .. Steps.Select(verb => $"{verb} {Outputs(verb)} --model nowhere.onnx {Data(verb, "images-idx3-ubyte")}"),
                .. Steps.Select(verb => $"{verb} {Outputs(verb)} --model tiny.onnx {Data(verb, "nowhere")}"),
                .. Steps.Except(["finetune"])
                    .Select(verb => $"{verb} {Outputs(verb)} --model naked.onnx {Data(verb, "images-idx3-ubyte")}"),
                $"run {Good} -o out --eval folder:pictures,labels=missing.csv", $"run {Good} -o out --latency-table nowhere",
                "dequantize --model nowhere.onnx -o q.onnx",
                "inspect nowhere.onnx", $"quantize {Good} -o q.onnx --plan nowhere",
                "solve nowhere --size-budget 1kB", "compare nowhere nowhere", "explain nowhere group", "replay nowhere",
                $"submit --model nowhere.onnx --data idx:images-idx3-ubyte {Absent}",
                $"submit --model tiny.onnx --data idx:nowhere {Absent}", $"submit --model naked.onnx --data idx:images-idx3-ubyte {Absent}",
                "list --profile nowhere", $"list --token-file nowhere {Absent}", "silo --data-dir data --token-file nowhere",
                "silo --check --data-dir data --token-file nowhere",
            ]
        },
        {
            "a file whose content cannot be used", ExitCode.Failed,
            [
                .. Steps.Select(verb => $"{verb} {Outputs(verb)} --model garbage.onnx {Data(verb, "images-idx3-ubyte")}"),
                "dequantize --model tiny.onnx -o q.onnx",
                "inspect garbage.onnx", $"run --model tiny.onnx -o out --data idx:cut",
                "quantize --model tiny.onnx -o q.onnx --data idx:cut", $"quantize {Good} -o q.onnx --plan file",
                $"run {Good} -o out --eval folder:pictures,labels=columns.csv",
                $"submit {Good} --eval folder:pictures,labels=columns.csv {Absent}",
            ]
        },
        {
            "a folder that may not be written to", ExitCode.Denied,
            [$"run {Good} -o /proc/out", $"quantize {Good} -o /proc/q.onnx", $"smooth {Good} -o /proc/q.onnx"]
        },
        {
            "a server that is not there", ExitCode.Unavailable,
            [
                .. OfAJob.Select(verb => $"{verb} j {Outputs(verb)} {Absent}"), $"list {Absent}", $"nodes {Absent}", $"cordon n {Absent}",
                $"uncordon n {Absent}", $"drain n {Absent}", $"collect {Absent}", $"label j {Absent}", $"submit {Good} {Absent}",
            ]
        },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Verbs_TheSameMistake_EndWithTheSameCode(string mistake, int code, string[] lines)
    {
        string?[] ends = await Task.WhenAll(lines.Select(async line =>
        {
            var run = await ClusterProcess.RunAsync(_folder.Root, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            return run.Code == code && run.Error.Contains("cluster", StringComparison.Ordinal)
                ? null
                : $"{run.Code}: {line}\n    {run.Error.Trim()}";
        }));

        string.Join('\n', ends.OfType<string>()).ShouldBeEmpty($"{mistake} is {code}");
    }

    private static string Data(string verb, string file) =>
        verb == "finetune" ? $"--train idx:{file} --eval idx:{file}" : $"--data idx:{file}";

    private static string Outputs(string verb) => verb switch
    {
        "run" => "-o out --cache none",
        "fetch" => "-o fetched",
        "finetune" => "-o tuned.onnx --plan file",
        "quantize" or "smooth" => "-o q.onnx",
        _ => string.Empty,
    };
}

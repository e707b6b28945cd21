using System.Text.Json.Nodes;

namespace Cluster.EndToEnd;

public class QuantizeTests
{
    [Fact]
    public async Task Quantize_TinyNetwork_WritesAFileThatItsPlanMakesAgain()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--method", "percentile", "--data",
            "idx:images-idx3-ubyte@0..64", "--eval", "idx:images-idx3-ubyte@64..", "--batch", "4", "--json", "-o",
            "out/q.onnx");
        run.Code.ShouldBe(0, run.Error);
        var report = run.Json();
        string digest = report.GetProperty("output").GetProperty("sha256").GetString()!;
        digest.ShouldBe(Sha256(folder["out/q.onnx"]));
        report.GetProperty("output").GetProperty("sizeBytes").GetInt64().ShouldBe(new FileInfo(folder["out/q.onnx"]).Length);
        report.GetProperty("int8Groups").GetInt32().ShouldBe(3);
        report.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        CheckAccuracy(report.GetProperty("accuracy"), 32);
        CheckAccuracy(report.GetProperty("float32").GetProperty("accuracy"), 32);
        CheckLatency(report.GetProperty("latency"), 4);
        CheckLatency(report.GetProperty("float32").GetProperty("latency"), 4);
        report.GetProperty("seconds").GetDouble().ShouldBeGreaterThan(0);

        var stored = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--plan", "out/q.plan.json", "--calibration",
            "out/q.calibration", "-o", "stored.onnx");
        stored.Code.ShouldBe(0, stored.Error);
        Sha256(folder["stored.onnx"]).ShouldBe(digest);
        var anew = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--plan", "out/q.plan.json", "--data",
            "idx:images-idx3-ubyte@0..64", "-o", "anew.onnx");
        anew.Code.ShouldBe(0, anew.Error);
        Sha256(folder["anew.onnx"]).ShouldBe(digest);
        Directory.EnumerateFiles(folder.Root, "*.part", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Quantize_LstmWithStates_IsOnnxRuntimesOwnNode()
    {
        using var folder = new WorkFolder();
        StateNetwork.Write(folder.Root, 48);
        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "states.onnx", "--data", "npz:frames.npz@0..24", "--eval", "npz:frames.npz@24..",
            "--metric", "output-sqnr", "--batch", "1", "--json", "-o", "q.onnx");
        run.Code.ShouldBe(0, run.Error);
        var report = run.Json();
        report.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        report.GetProperty("int8Groups").GetInt32().ShouldBe(2);
        report.GetProperty("metric").GetProperty("value").GetDouble().ShouldBeInRange(25, 60);
        OnnxReader.Read(folder["q.onnx"]).Nodes.Count(node => node.OpType == "DynamicQuantizeLSTM").ShouldBe(1);

        var inspected = await ClusterProcess.RunAsync(folder.Root, "inspect", "q.onnx", "--json");
        inspected.Code.ShouldBe(0, inspected.Error);
        inspected.Json().GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("format").GetString())
            .ShouldBe(["int8", "int8"]);
        var again = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "states.onnx", "--plan", "q.plan.json", "--calibration", "q.calibration",
            "--keep-fp32", "lstm", "-o", "kept.onnx");
        again.Code.ShouldBe(0, again.Error);
        again.Output.ShouldContain("1 of 2 groups in INT8");
        OnnxReader.Read(folder["kept.onnx"]).Nodes.ShouldContain(node => node.OpType == "LSTM");
        var twice = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "q.onnx", "--data", "npz:frames.npz", "-o", "twice.onnx");
        twice.Error.ShouldContain("q.onnx is quantized already (it has ");
        twice.Error.ShouldContain(" and 1 DynamicQuantizeLSTM ");
    }

    [Theory]
    [InlineData("int8-dynamic", "DynamicQuantizeMatMul", "int8")]
    [InlineData("int4-block", "MatMulNBits", "int4 weights")]
    public async Task Quantize_ProductsInAFormatOfOnnxRuntimesOwn_AreItsNodes(string format, string type, string inspectedAs)
    {
        using var folder = new WorkFolder();
        TokenNetwork.Write(folder.Root, 160);

        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tokens.onnx", "--data", "npz:sentences.npz@0..64", "--eval", "npz:sentences.npz@64..",
            "--format", format, "--json", "-o", "q.onnx");

        run.Code.ShouldBe(0, run.Error);
        run.Json().GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        OnnxReader.Read(folder["q.onnx"]).Nodes.Count(node => node.OpType == type && node.Domain == "com.microsoft").ShouldBe(2);
        var inspected = await ClusterProcess.RunAsync(folder.Root, "inspect", "q.onnx", "--json");
        inspected.Code.ShouldBe(0, inspected.Error);
        inspected.Json().GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("format").GetString())
            .Count(found => found == inspectedAs).ShouldBe(2);
        var again = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tokens.onnx", "--plan", "q.plan.json", "--calibration", "q.calibration",
            "-o", "again.onnx");
        again.Code.ShouldBe(0, again.Error);
        Sha256(folder["again.onnx"]).ShouldBe(Sha256(folder["q.onnx"]));
    }

    // What the texts call weights only, one scale a layer with symmetric ranges, and bias_correction, by their names.
    [Theory]
    [InlineData("--format", "weight-only", "--method", "max")]
    [InlineData("--format", "per_tensor", "--method", "Entropy:symmetric")]
    [InlineData("--weight-bits", "4", "--rounding", "bias_correction")]
    [InlineData("--no-bias-correction", "--rounding", "Bias_Correction")]
    public async Task Quantize_FormsOfTheTexts_AreBuiltAgain(params string[] options)
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string[] images = ["--data", "idx:images-idx3-ubyte@0..64", "--eval", "idx:images-idx3-ubyte@64..", "--batch", "4"];

        var run = await ClusterProcess.RunAsync(
            folder.Root, ["quantize", "--model", "tiny.onnx", .. images, .. options, "--json", "-o", "q.onnx"]);

        run.Code.ShouldBe(0, run.Error);
        run.Json().GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        var again = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--plan", "q.plan.json", "--calibration", "q.calibration", "-o", "again.onnx");
        again.Code.ShouldBe(0, again.Error);
        Sha256(folder["again.onnx"]).ShouldBe(Sha256(folder["q.onnx"]));
    }

    [Fact]
    public async Task Quantize_ForTensorRtWithACache_TakesItsRanges()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string[] command =
        [
            "quantize", "--model", "tiny.onnx", "--method", "max", "--data", "idx:images-idx3-ubyte", "--also-export", "tensorrt",
        ];
        var first = await ClusterProcess.RunAsync(folder.Root, [.. command, "-o", "q.onnx"]);
        first.Code.ShouldBe(0, first.Error);
        first.Error.ShouldContain("for TensorRT, which is not here: the network was compared in ONNX Runtime");
        await File.WriteAllTextAsync(
            folder["other.cache"], "TRT-8501-EntropyCalibration2\nb: 3f800000\n", TestContext.Current.CancellationToken);

        var run = await ClusterProcess.RunAsync(folder.Root, [.. command, "--calibration-cache", "other.cache", "-o", "r.onnx"]);

        run.Code.ShouldBe(0, run.Error);
        Sha256(folder["r.onnx"]).ShouldBe(Sha256(folder["q.onnx"]), "the file itself has its calibrator's ranges");
        using var found = JsonDocument.Parse(
            await File.ReadAllTextAsync(folder["r.tensorrt.ranges.json"], TestContext.Current.CancellationToken));
        found.RootElement.GetProperty("b")[1].GetSingle().ShouldBe(127);
        var before = await File.ReadAllLinesAsync(folder["q.tensorrt.cache"], TestContext.Current.CancellationToken);
        var after = await File.ReadAllLinesAsync(folder["r.tensorrt.cache"], TestContext.Current.CancellationToken);
        after.Except(before).ShouldBe(["b: 3f800000"]);
    }

    [Fact]
    public async Task Quantize_CacheThatIsNone_IsRefusedBeforeAnyWork()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        await File.WriteAllTextAsync(folder["wrong.cache"], "b: 3f800000\n", TestContext.Current.CancellationToken);

        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--method", "max", "--data", "idx:images-idx3-ubyte", "--also-export",
            "tensorrt", "--calibration-cache", "wrong.cache", "-o", "q.onnx");

        run.Code.ShouldBe(1);
        run.Error.ShouldContain("'wrong.cache' does not begin with TRT-");
        run.Error.ShouldNotContain("calibrating");
        File.Exists(folder["q.onnx"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Quantize_PlanInAFormatThatTheTargetDoesNotTake_IsRefusedBeforeAnyWork()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var made = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--method", "max", "--data", "idx:images-idx3-ubyte", "-o", "made.onnx");
        made.Code.ShouldBe(0, made.Error);
        var plan = JsonNode.Parse(await File.ReadAllTextAsync(folder["made.plan.json"], TestContext.Current.CancellationToken))!.AsObject();
        plan.Remove("digest");
        plan["plan"]!["groups"]![0]!["format"] = "float16";
        await File.WriteAllTextAsync(folder["half.plan.json"], plan.ToJsonString(), TestContext.Current.CancellationToken);

        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--plan", "half.plan.json", "--data", "idx:images-idx3-ubyte", "-o", "q.onnx");

        run.Code.ShouldBe(1);
        run.Error.ShouldContain("in float16, which the target 'onnxruntime-cpu' does not take");
        run.Error.ShouldNotContain("calibrating");
    }

    [Fact]
    public async Task Quantize_WithoutBiasCorrection_StoresNoCorrections()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--method", "max", "--data", "idx:images-idx3-ubyte",
            "--no-bias-correction", "-o", "q.onnx");
        run.Code.ShouldBe(0, run.Error);
        run.Output.ShouldContain("3 of 3 groups in INT8");
        Directory.EnumerateFiles(folder["q.calibration"], "biases-*").ShouldBeEmpty();
        using var plan = JsonDocument.Parse(await File.ReadAllTextAsync(folder["q.plan.json"], TestContext.Current.CancellationToken));
        plan.RootElement.GetProperty("builtFrom").TryGetProperty("corrections", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Quantize_FewBitsEqualized_IsBuiltAgainFromItsPlan()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte@0..64", "--eval",
            "idx:images-idx3-ubyte@64..", "--weight-bits", "3", "--activation-bits", "4", "--first-last-bits", "6",
            "--equalize", "--batch", "4", "--json", "-o", "q.onnx");
        run.Code.ShouldBe(0, run.Error);
        var report = run.Json();
        report.TryGetProperty("learning", out _).ShouldBeFalse();
        report.GetProperty("bops").GetInt64().ShouldBeLessThan(report.GetProperty("float32").GetProperty("bops").GetInt64() / 20);
        report.GetProperty("packedBytes").GetInt64().ShouldBeLessThan(report.GetProperty("float32").GetProperty("packedBytes").GetInt64());
        report.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        using (var plan = JsonDocument.Parse(await File.ReadAllTextAsync(folder["q.plan.json"], TestContext.Current.CancellationToken)))
        {
            plan.RootElement.GetProperty("builtFrom").GetProperty("prepared").GetString().ShouldBe("equalized");
            plan.RootElement
                .GetProperty("plan")
                .GetProperty("groups")
                .EnumerateArray()
                .Select(group => group.GetProperty("format").GetString())
                .ShouldBe(["w6a6", "w3a4", "w6a6"]);
        }

        var stored = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--plan", "q.plan.json", "--calibration", "q.calibration",
            "-o", "stored.onnx");
        stored.Code.ShouldBe(0, stored.Error);
        Sha256(folder["stored.onnx"]).ShouldBe(report.GetProperty("output").GetProperty("sha256").GetString());
        var narrow = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--plan", "q.plan.json", "--calibration", "q.calibration",
            "--weight-storage", "int4", "-o", "narrow.onnx");
        narrow.Code.ShouldBe(0, narrow.Error);
        Sha256(folder["narrow.onnx"]).ShouldNotBe(Sha256(folder["stored.onnx"]));
    }

    [Theory]
    [InlineData("adaround")]
    [InlineData("brecq")]
    [InlineData("qdrop")]
    public async Task Quantize_LearnedRounding_TellsItsBlocksAndIsBuiltAgain(string rounding)
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string[] options =
        [
            "quantize", "--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte@0..64", "--eval",
            "idx:images-idx3-ubyte@64..", "--weight-bits", "2", "--activation-bits", "4",
            "--rounding", rounding, "--iterations", "30", "--seed", "7", "--batch", "4", "--json",
        ];
        var run = await ClusterProcess.RunAsync(folder.Root, [.. options, "-o", "q.onnx"]);
        run.Code.ShouldBe(0, run.Error);
        var report = run.Json();
        var learning = report.GetProperty("learning");
        learning.GetProperty("iterations").GetInt32().ShouldBe(30);
        learning.GetProperty("iterationsPerSecond").GetDouble().ShouldBeGreaterThan(0);
        foreach (var block in learning.GetProperty("blocks").EnumerateArray())
        {
            // A block whose loss did not fall is put back.
            block.GetProperty("kept").GetBoolean()
                .ShouldBe(block.GetProperty("learnedLoss").GetDouble() < block.GetProperty("nearestLoss").GetDouble(), block.ToString());
        }

        CheckAccuracy(report.GetProperty("accuracy"), 32);
        report.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        Directory.Exists(folder["q.rounding"]).ShouldBeFalse();
        string digest = report.GetProperty("output").GetProperty("sha256").GetString()!;
        var stored = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--plan", "q.plan.json", "--calibration", "q.calibration",
            "-o", "stored.onnx");
        stored.Code.ShouldBe(0, stored.Error);
        Sha256(folder["stored.onnx"]).ShouldBe(digest);
        var again = await ClusterProcess.RunAsync(folder.Root, [.. options, "-o", "again.onnx"]);
        again.Json().GetProperty("output").GetProperty("sha256").GetString().ShouldBe(digest);
        await ExpectAsync(
            folder, 1, "learned parameters", "--force", "--model", "tiny.onnx", "--plan", "q.plan.json", "--data", "idx:images-idx3-ubyte");
    }

    [Fact]
    public async Task Quantize_OptionsThatDoNotGoTogether_AreUsageErrors()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string[] given = ["--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte"];
        await ExpectUsageAsync(folder, "--weight-bits is 1; 2 to 8", [.. given, "--weight-bits", "1"]);
        await ExpectUsageAsync(
            folder,
            "--rounding is 'magic'; this version has nearest, weight-correction, adaround, brecq, qdrop",
            [.. given, "--rounding", "magic"]);
        await ExpectUsageAsync(folder, "int8 or int4 is expected", [.. given, "--weight-storage", "int3"]);
        await ExpectUsageAsync(folder, "--plan was given with --weight-bits", [.. given, "--plan", "p.json", "--weight-bits", "4"]);
        await ExpectUsageAsync(
            folder,
            "--iterations was given without --rounding, and rounding to nearest learns nothing; add --rounding adaround or brecq or qdrop",
            [.. given, "--iterations", "2000"]);
        await ExpectUsageAsync(
            folder, "--calibration and --data were both given; give only one", [.. given, "--plan", "p.json", "--calibration", "c"]);
        await ExpectUsageAsync(folder, "and no useful latency can be measured", [.. given, "--threads", "1024"]);
        await ExpectUsageAsync(
            folder,
            "--plan was given with --iterations",
            ["--model", "tiny.onnx", "--plan", "p.json", "--calibration", "c", "--iterations", "10"]);
        await ExpectUsageAsync(
            folder,
            "The device 'gpu' is not known; cpu, cuda or cuda:N is expected.",
            [.. given, "--rounding", "qdrop", "--device", "gpu"]);
        await ExpectUsageAsync(
            folder, "--device was given without --rounding, and nothing is learned there", [.. given, "--device", "cuda"]);
        await ExpectUsageAsync(folder, "--plan was given with --equalize", [.. given, "--plan", "p.json", "--equalize"]);
    }

    [Fact]
    public async Task Quantize_InputsThatCannotBeUsed_AreOneLineEach()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string images = folder["images-idx3-ubyte"];
        File.Copy(images, folder["unlabelled"]);
        await File.WriteAllTextAsync(folder["garbage.onnx"], "garbage", TestContext.Current.CancellationToken);
        File.Copy(folder["tiny.onnx"], folder["naked.onnx"]);
        await File.WriteAllTextAsync(folder["plan.json"], "{}", TestContext.Current.CancellationToken);
        await ExpectAsync(folder, 3, "nowhere.onnx", "--model", "nowhere.onnx", "--data", "idx:images-idx3-ubyte");
        await ExpectAsync(folder, 3, "nowhere", "--model", "tiny.onnx", "--data", "idx:nowhere");
        await ExpectAsync(folder, 1, "garbage.onnx", "--model", "garbage.onnx", "--data", "idx:images-idx3-ubyte");
        await ExpectAsync(folder, 3, "naked.preprocess.json", "--model", "naked.onnx", "--data", "idx:images-idx3-ubyte");
        await ExpectAsync(folder, 1, "no labels", "--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte", "--eval", "idx:unlabelled");
        await ExpectAsync(folder, 1, "empty", "--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte@5..5");
        await ExpectAsync(folder, 1, "plan.json", "--model", "tiny.onnx", "--plan", "plan.json", "--calibration", folder.Root);
        await ExpectAsync(folder, 3, "plan file", "--model", "tiny.onnx", "--plan", "none.json", "--calibration", folder.Root);
        Directory.Exists(folder["q.calibration"]).ShouldBeFalse();
        File.Exists(folder["q.onnx"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Quantize_PlanOfAnotherNetworkOrCalibration_IsRefused()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string[] common = ["quantize", "--model", "tiny.onnx", "--data"];
        (await ClusterProcess.RunAsync(folder.Root, [.. common, "idx:images-idx3-ubyte@0..48", "-o", "a.onnx"])).Code.ShouldBe(0);
        (await ClusterProcess.RunAsync(folder.Root, [.. common, "idx:images-idx3-ubyte@48..", "-o", "b.onnx"])).Code.ShouldBe(0);
        await ExpectAsync(folder, 1, "SHA-256", "--model", "tiny.onnx", "--plan", "a.plan.json", "--calibration", "b.calibration");
        folder.Write("other.onnx", OnnxWriter.Write(TinyNetwork.Graph(seed: 2)).Message);
        await ExpectAsync(folder, 1, "give the model", "--model", "other.onnx", "--plan", "a.plan.json", "--calibration", "a.calibration");
        await ExpectAsync(
            folder, 1, "quantized already", "--model", "a.onnx", "--data", "idx:images-idx3-ubyte", "--preprocess", "tiny.preprocess.json");
    }

    [Fact]
    public async Task Quantize_Resnet8_LosesLittleAndIsSmaller()
    {
        using var folder = new WorkFolder();
        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", Resnet8.Model, "--method", "mse", "--data", Resnet8.Calibration, "--eval",
            Resnet8.Evaluation, "--batch", "8", "--json", "-o", "q.onnx");
        run.Code.ShouldBe(0, run.Error);
        var report = run.Json();
        int correct = report.GetProperty("accuracy").GetProperty("correct").GetInt32();
        int float32 = report.GetProperty("float32").GetProperty("accuracy").GetProperty("correct").GetInt32();
        float32.ShouldBeInRange(150, 192);
        correct.ShouldBeInRange(float32 - 6, 192);
        report.GetProperty("output").GetProperty("sizeBytes").GetInt64()
            .ShouldBeLessThan(report.GetProperty("float32").GetProperty("sizeBytes").GetInt64() / 3);
    }

    [Fact]
    public async Task Quantize_KeptInFloat32_WithAMethodAndWithAPlan_IsBuiltAgain()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string[] common = ["quantize", "--model", "tiny.onnx"];
        string[] data = ["--data", "idx:images-idx3-ubyte"];
        var all = await ClusterProcess.RunAsync(folder.Root, [.. common, .. data, "-o", "new/all.onnx"]);
        all.Code.ShouldBe(0, all.Error);
        all.Error.ShouldContain("cluster: made the folder ");
        var kept = await ClusterProcess.RunAsync(folder.Root, [.. common, .. data, "--keep-fp32", "0", "-o", "kept.onnx"]);
        kept.Code.ShouldBe(0, kept.Error);
        kept.Output.ShouldContain("2 of 3 groups in INT8");
        var planned = await ClusterProcess.RunAsync(
            folder.Root, [.. common, .. data, "--plan", "new/all.plan.json", "--keep-fp32", "0", "-o", "planned.onnx"]);
        planned.Code.ShouldBe(0, planned.Error);
        Sha256(folder["planned.onnx"]).ShouldBe(Sha256(folder["kept.onnx"]));

        var stored = await ClusterProcess.RunAsync(
            folder.Root,
            [
                .. common,
                "--plan",
                "new/all.plan.json",
                "--calibration",
                "new/all.calibration",
                "--keep-fp32",
                "0",
                "--json",
                "-o",
                "stored.onnx"
            ]);
        stored.Code.ShouldBe(0, stored.Error);
        stored.Json().GetProperty("int8Groups").GetInt32().ShouldBe(2);
        stored.Json().GetProperty("plan").GetString().ShouldBe("stored.plan.json");
        var again = await ClusterProcess.RunAsync(
            folder.Root, [.. common, "--plan", "stored.plan.json", "--calibration", "new/all.calibration", "-o", "again.onnx"]);
        again.Code.ShouldBe(0, again.Error);
        Sha256(folder["again.onnx"]).ShouldBe(Sha256(folder["stored.onnx"]));
        await ExpectUsageAsync(
            folder, "--keep-fp32 names 'nothing', which is not one of the", ["--model", "tiny.onnx", .. data, "--keep-fp32", "nothing"]);
    }

    [Fact]
    public async Task Quantize_OutputIsThere_TakesForce()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string[] options = ["--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte"];
        await File.WriteAllTextAsync(folder["q.onnx"], "mine", TestContext.Current.CancellationToken);
        await ExpectUsageAsync(folder, "the output 'q.onnx' exists already; give another name, or --force to replace it.", options);
        (await File.ReadAllTextAsync(folder["q.onnx"], TestContext.Current.CancellationToken)).ShouldBe("mine");
        var forced = await ClusterProcess.RunAsync(folder.Root, ["quantize", .. options, "--force", "-o", "q.onnx"]);
        forced.Code.ShouldBe(0, forced.Error);
        new FileInfo(folder["q.onnx"]).Length.ShouldBeGreaterThan(4);
    }

    [Fact]
    public async Task Quantize_OutputWhereNothingCanBeWritten_IsDenied()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var run = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte", "-o", "/proc/foo/q.onnx");
        run.Code.ShouldBe(4, run.Error);
        run.Error.ShouldContain("the output folder /proc/foo cannot be written to (/proc takes no files)");
    }

    private static async Task ExpectUsageAsync(WorkFolder folder, string said, string[] options)
    {
        var run = await ClusterProcess.RunAsync(folder.Root, ["quantize", "-o", "q.onnx", .. options]);
        run.Code.ShouldBe(2, run.Error);
        run.Error.ShouldContain(said);
    }

    private static async Task ExpectAsync(WorkFolder folder, int code, string named, params string[] options)
    {
        var run = await ClusterProcess.RunAsync(folder.Root, ["quantize", "-o", "q.onnx", .. options]);
        run.Code.ShouldBe(code, run.Error);
        run.Output.ShouldBeEmpty();
        string last = run.Error.TrimEnd().Split('\n')[^1];
        last.ShouldStartWith("cluster: ");
        last.ShouldContain(named);
    }

    private static void CheckAccuracy(JsonElement accuracy, int total)
    {
        accuracy.GetProperty("total").GetInt32().ShouldBe(total);
        double top1 = accuracy.GetProperty("top1").GetDouble();
        top1.ShouldBe((double)accuracy.GetProperty("correct").GetInt32() / total);
        double[] interval = [.. accuracy.GetProperty("ci95").EnumerateArray().Select(end => end.GetDouble())];
        interval.Length.ShouldBe(2);
        top1.ShouldBeInRange(interval[0], interval[1]);
    }

    private static void CheckLatency(JsonElement latency, int batch)
    {
        latency.GetProperty("medianMs").GetDouble().ShouldBeGreaterThan(0);
        latency.GetProperty("n").GetInt32().ShouldBeGreaterThan(2);
        latency.GetProperty("batch").GetInt32().ShouldBe(batch);
        latency.GetProperty("threads").GetInt32().ShouldBe(1);
        latency.GetProperty("runtime").GetString().ShouldStartWith("onnxruntime ");
    }

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}

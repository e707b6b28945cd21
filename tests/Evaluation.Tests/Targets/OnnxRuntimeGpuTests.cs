using Cluster.Evaluation.Targets.OnnxRuntime;
using Cluster.Export;
using Cluster.Export.TensorRt;

namespace Cluster.Evaluation.Tests.Targets;

/// <summary>The targets of ONNX Runtime's GPU providers: what refuses them here, and all but the provider on the processor.</summary>
public sealed class OnnxRuntimeGpuTests
{
    [Theory]
    [InlineData("onnxruntime-cuda", "cuda")]
    [InlineData("onnxruntime-tensorrt", "tensorrt")]
    public void RequireUsable_LibraryOfTheProcessor_SaysWhichLibraryAndWhereToPutIt(string name, string provider)
    {
        if (OrtProviders.Problem(provider) is not { } problem)
        {
            Assert.Skip($"This machine's ONNX Runtime has the provider {provider}.");
            return;
        }

        var target = TargetList.Find(name);
        string said = Should.Throw<JobException>(target.RequireUsable).Message;
        said.ShouldBe($"The target {name} cannot be measured on this machine: {problem}");
        said.ShouldEndWith(
            $"unpack onnxruntime-linux-x64-gpu-{OrtRuntime.Version}.tgz of its releases anywhere, and set CLUSTER_ONNXRUNTIME to the "
            + "folder lib in it.");
        target.IsInstalled.ShouldBeFalse();
        SlotOffer.Of("cuda:0").Targets.ShouldNotContain(name, "no slot is given what its library lacks");
        SlotOffer.Of("cuda:0").Targets.ShouldContain("libtorch-cuda");
    }

    [Fact]
    public void Options_TensorRt_HaveEnginesKeptAndNothingFallsBack()
    {
        var options = new OnnxRuntimeGpu("trt", "tensorrt", byTensorRtRules: true, SlotDevice.Gpu(1)).Options(threads: 2);

        options.ConfigEntries["session.disable_quant_qdq"].ShouldBe("1");

        (options.Provider, options.DeviceId, options.Threads).ShouldBe(("tensorrt", 1, 2));
        options.ProviderOptions["trt_int8_enable"].ShouldBe("1");
        options.ProviderOptions["trt_fp16_enable"].ShouldBe("0", "FP32 stays FP32 where no layer is in FP16");
        options.ProviderOptions["trt_engine_cache_enable"].ShouldBe("1");
        options.ProviderOptions["trt_engine_cache_path"].ShouldBe(UserCache.Folder("tensorrt"));
        options.CudaOptions["use_tf32"].ShouldBe("0");
        options.ConfigEntries["session.disable_cpu_ep_fallback"].ShouldBe("1");
    }

    [Fact]
    public void Options_Cuda_ComputeFloat32InFloat32()
    {
        var options = new OnnxRuntimeGpu("ort", "cuda", byTensorRtRules: false, SlotDevice.Gpu(0)).Options(threads: 1);

        options.ProviderOptions.ShouldHaveSingleItem().ShouldBe(new KeyValuePair<string, string>("use_tf32", "0"));
        options.ConfigEntries["session.disable_cpu_ep_fallback"].ShouldBe("1");
    }

    [Fact]
    public void Formats_TensorRt_HaveNoWeightsOfFourBits()
    {
        TargetList.Find("onnxruntime-tensorrt").Formats.ShouldBe([GroupFormat.Int8, GroupFormat.Float16]);
        TargetList.Find("onnxruntime-cuda").Formats.ShouldBe([.. PlanTranslator.UsualFormats, GroupFormat.Float16]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Twin_OnTheProcessor_MeasuresTheFileThatItsRulesAskFor(bool byTensorRtRules)
    {
        using var sample = Sample.Small();
        var twin = new OnnxRuntimeGpu("twin", "cpu", byTensorRtRules, SlotDevice.Processors);
        var setup = For(twin, sample.Setup);
        var plan = sample.Int8(correct: false);

        var built = setup.Builder.Build(plan, CancellationToken.None);
        var accuracy = new AccuracyMeasurer(setup).Measure(new AccuracyItem("context", plan, ImageScope.Full), CancellationToken.None);
        var latency = new LatencyMeasurer(setup).Measure(new LatencyItem("context", plan), CancellationToken.None);
        var parity = new ParityMeasurer(setup).Measure(new ParityItem("context", plan), CancellationToken.None);

        var file = OnnxReader.Read(built.File, "built");
        (TensorRtLint.Check(file).Count == 0).ShouldBe(byTensorRtRules, "the processor's pairs stand where TensorRT wants none");
        accuracy.ArtefactSha256.ShouldBe(built.Sha256);
        accuracy.Agree.ShouldBeGreaterThan(accuracy.Total * 3 / 4);
        latency.Runtime.ShouldBe($"onnxruntime {OrtRuntime.Version}, cpu");
        latency.MedianMs.ShouldBeGreaterThan(0);
        bool saturates = byTensorRtRules && ByteProducts.Saturate;
        (parity.Failure is not null).ShouldBe(saturates, "TensorRT's form leaves nothing for a processor whose products saturate");
        Should.Throw<InvalidPlanException>(
            () => new ProfileMeasurer(setup).Measure(new ProfileItem("context", plan), CancellationToken.None))
            .Message.ShouldStartWith("ONNX Runtime tells no times of single layers on cpu: ");
    }

    [Fact]
    public void Failure_OfAProvidersArena_IsOfMemory() =>
        EvaluationFailures.Of(new KernelException("BFCArena::AllocateRawInternal Available memory 1 is smaller than requested bytes of 2"))
            .ShouldNotBeNull().Kind.ShouldBe(FailureKind.OutOfMemory);

    private static EvaluationSetup For(OnnxRuntimeGpu target, EvaluationSetup usual) => usual with
    {
        Target = target,
        Parity = new ParityReports(target, usual.Float32, usual.Evaluation, OutputKind.Scores),
        Builder = new ArtefactBuilder(
            usual.Network,
            usual.Float32,
            usual.Translator,
            usual.Resolver,
            usual.Calibration,
            1,
            WorkingMemory.Usual,
            SpillSpace.Memory,
            target.Form(usual.Statistics, CodeStorage.Bytes, LayerForm.Fast, null),
            usual.Repairs),
    };
}

using Cluster.Kernels.Tensors;

namespace Cluster.Evaluation.Tests.Targets;

/// <summary>What every target does alike, and what asks a target asks this one.</summary>
public sealed class TargetTests
{
    public static TheoryData<string> OnThisMachine => ["onnxruntime-cpu", "libtorch-cpu"];

    [Fact]
    public void Find_UnknownName_IsRefusedWithTheNames() =>
        Should.Throw<JobException>(() => TargetList.Find("tpu")).Message.ShouldBe(
            "The target is 'tpu' where one of onnxruntime-cpu, libtorch-cuda, onnxruntime-cuda, onnxruntime-tensorrt is expected: "
            + "choose one of them, or use a version of cluster that has it.");

    [Fact]
    public void RequireUsable_CudaWithoutADevice_IsRefusedInOneSentence()
    {
        if (TorchSettings.CudaDevices > 0)
        {
            Assert.Skip("This machine has a CUDA device.");
        }

        Should.Throw<JobException>(TargetList.Find("libtorch-cuda").RequireUsable).Message
            .ShouldStartWith("The target libtorch-cuda cannot be measured on this machine: cuda:0 was asked for, but libtorch");
    }

    [Fact]
    public void All_Names_AreDifferentAndTheFirstIsUsual()
    {
        TargetList.All.Select(target => target.Name).Distinct(StringComparer.Ordinal).Count().ShouldBe(TargetList.All.Count);
        TargetList.Usual.Name.ShouldBe(new Coordinator.Model.Options.JobOptions().Target);
    }

    [Fact]
    public void SearchedFormats_OfAGpu_HaveTheFloatThatInt8HasToBeat()
    {
        foreach (var target in TargetList.All)
        {
            bool saturates = target == TargetList.Usual && ByteProducts.Saturate;
            target.SearchedFormats.ShouldBe(
                target.UsesGpu ? [GroupFormat.Int8, GroupFormat.Float16] : [saturates ? GroupFormat.Int8Safe : GroupFormat.Int8],
                target.Name);
            target.SearchedFormats.Except(target.Formats).ShouldBeEmpty(target.Name);
        }
    }

    [Fact]
    public void Describe_GpuTarget_SearchesInt8AndFloat16ByDefault()
    {
        using var sample = Sample.Small();
        Searched(sample, null).ShouldBe(["int8", "float16"]);
        Searched(sample, ["int8"]).ShouldBe(["int8"]);
    }

    [Theory]
    [MemberData(nameof(OnThisMachine))]
    public void Logits_Float32AndInt8_AreThoseOfTheSimulation(string name)
    {
        using var sample = Sample.Small(new JobOptions { Batch = 2, Reconstruct = ReconstructionMode.Never, Form = LayerForm.Plain });
        var target = TargetList.Find(name);
        var setup = sample.Setup with { Target = target };
        var artefact = setup.Builder.Build(sample.Int8(correct: false), CancellationToken.None);
        var images = setup.Evaluation;
        float[] float32 = TargetLogits.Of(target, setup.Network.Float32Model, images, 3, 2, CancellationToken.None);
        float[] int8 = TargetLogits.Of(target, artefact.File, images, 3, 2, CancellationToken.None);

        Close(float32, Simulated(setup, null), 1e-4f);
        Close(int8, Simulated(setup, artefact.Network), 0.02f);
        TargetLogits.Of(target, artefact.File, images, 3, 1, CancellationToken.None).ShouldBe(int8, "workers change no bit");
        target.Check(setup.Float32, artefact, images, OutputKind.Scores, CancellationToken.None).Failure.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(OnThisMachine))]
    public void Measure_LatencyAndProfile_NameTheTargetAndEveryGroup(string name)
    {
        using var sample = Sample.Small();
        var setup = sample.Setup with { Target = TargetList.Find(name) };

        var latency = new LatencyMeasurer(setup).Measure(new LatencyItem("context", sample.Int8(correct: false)), CancellationToken.None);
        var profile = new ProfileMeasurer(setup).Measure(new ProfileItem("context", sample.Int8(correct: false)), CancellationToken.None);

        latency.Runtime.ShouldStartWith(name.Split('-')[0]);
        latency.Device.ShouldBe("cpu");
        latency.MedianMs.ShouldBeGreaterThan(0);
        latency.Float32MedianMs.ShouldBeGreaterThan(0);
        profile.Groups.Count.ShouldBe(setup.Translator.Decided.Count);
        profile.Groups.Sum(group => group.Float32Ms).ShouldBeGreaterThan(0);
        profile.Float32TotalMs.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Measure_GroupsInFloat16_CountsTimesAndAgreesLikeAnyCandidate()
    {
        string[] formats = ["int8", "float16"];
        using var sample = Sample.Small(
            new JobOptions { Batch = 2, Reconstruct = ReconstructionMode.Never, Target = "libtorch-cpu", Formats = formats });
        var setup = sample.Setup;
        var plan = Plan.Uniform(GroupFormat.Float16, "libtorch-cpu", sample.Groups, "max", biasCorrection: false);
        var mixed = plan.With([0], GroupFormat.Int8);
        var int8 = Plan.Uniform(GroupFormat.Int8, "libtorch-cpu", sample.Groups, "max", biasCorrection: false);
        var cancellation = CancellationToken.None;

        var profile = new ProfileMeasurer(setup).Measure(new ProfileItem("context", int8), cancellation);
        var sweep = new SensitivityMeasurer(setup).Measure(
            new SensitivityItem("context", "max", 16) { Format = GroupFormat.Float16 }, cancellation);
        foreach (var one in new[] { plan, mixed })
        {
            var accuracy = new AccuracyMeasurer(setup).Measure(new AccuracyItem("context", one, ImageScope.Full), cancellation);
            accuracy.Total.ShouldBe(40);
            accuracy.Kl.ShouldBeGreaterThan(0, "something was rounded");
            new LatencyMeasurer(setup).Measure(new LatencyItem("context", one), cancellation).MedianMs.ShouldBeGreaterThan(0);
            new ParityMeasurer(setup).Measure(new ParityItem("context", one), cancellation).Failure.ShouldBeNull();
        }

        sample.Lazy.Space.Formats!.Select(offered => offered.Text).ShouldBe(formats);
        profile.Groups[0].Others!.Single(other => other.Format == GroupFormat.Float16).Ms.ShouldBeGreaterThan(0);
        sweep.Groups.ShouldAllBe(group => group.SqnrDb > 30); // at least eight bits of significand
    }

    [Fact]
    public void Measure_ToyTarget_IsAskedForEverything()
    {
        using var sample = Sample.Small();
        var usual = sample.Setup;
        var toy = usual with { Target = new ToyTarget() };
        var plan = sample.Int8(correct: false);

        var accuracy = new AccuracyMeasurer(toy).Measure(new AccuracyItem("context", plan, ImageScope.Full), CancellationToken.None);
        var latency = new LatencyMeasurer(toy).Measure(new LatencyItem("context", plan), CancellationToken.None);
        var profile = new ProfileMeasurer(toy).Measure(new ProfileItem("context", plan), CancellationToken.None);
        var refusing = new ToyTarget { Refuses = true };
        var parity = new ParityMeasurer(usual with
        {
            Target = refusing,
            Parity = new ParityReports(refusing, usual.Float32, usual.Evaluation, OutputKind.Scores),
        }).Measure(new ParityItem("context", plan), CancellationToken.None);

        // Negated logits have another largest one on every image.
        var real = new AccuracyMeasurer(usual).Measure(new AccuracyItem("context", plan, ImageScope.Full), CancellationToken.None);
        (accuracy.Correct + real.Correct).ShouldBeLessThanOrEqualTo(real.Total);
        accuracy.Agree.ShouldBeGreaterThan(real.Total / 2, "FP32 is the toy's, too");
        (latency.Runtime, latency.Device).ShouldBe(("toy 1", "toybox"));
        profile.Groups[^1].Float32Ms.ShouldBe(1.0 + usual.Translator.Decided[^1].Index);
        parity.Failure.ShouldBe(ToyTarget.Refusal);
    }

    private static string[] Searched(Sample sample, string[]? formats)
    {
        var slot = new SlotDevice(ComputeDevice.Cpu, isGpu: true, () => "a GPU", () => null);
        var options = sample.Request.Options with { Target = "libtorch-cuda", Formats = formats };
        using var job = OpenedJob.Describe(
            sample.Request.Inputs, options, JobFolder.CalibrationIn(sample.Request.Output), slot: slot);
        return [.. job.Lazy.Space.Catalog.All.Where(format => !format.IsBaseline).Select(format => format.Text)];
    }

    private static float[] Simulated(EvaluationSetup setup, Kernels.QuantizedNetworks.QuantizedNetwork? network) =>
    [
        .. Enumerable.Range(0, setup.Evaluation.Count).SelectMany(batch =>
        {
            var images = setup.Evaluation.RequireImages();
            long[] shape = [setup.Evaluation.Size(batch), images.Channels, images.Height, images.Width];
            float[] pixels = setup.Evaluation.Pixels(batch);
            return network is null ? setup.Float32.Run(pixels, shape) : setup.Float32.Run(pixels, shape, network);
        }),
    ];

    private static void Close(float[] found, float[] expected, float share) =>
        found.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(share * expected.Max(Math.Abs));
}

using Cluster.Learning.FineTuning.Checkpoints;

namespace Cluster.Learning.Tests.FineTuning.Checkpoints;

public sealed class CheckpointFileTests
{
    private static readonly Checkpoint Sample = new(
        "id", """{"Step":3}""", new Dictionary<string, float[]> { ["b"] = [1, float.NaN, -0f], ["a"] = [] });

    [Fact]
    public void Read_AfterWrite_IsEqualToTheBit()
    {
        using var folder = new WorkFolder();
        File.WriteAllBytes(folder["c"], CheckpointFile.Encode(Sample));

        var read = CheckpointFile.Read(folder["c"])!;

        (read.Identity, read.State).ShouldBe((Sample.Identity, Sample.State));
        read.Tensors.Keys.Order().ShouldBe(["a", "b"]);
        read.Tensors["b"].Select(BitConverter.SingleToInt32Bits).ShouldBe(Sample.Tensors["b"].Select(BitConverter.SingleToInt32Bits));
        read.Tensors["a"].ShouldBeEmpty();
    }

    [Fact]
    public void Read_NoFile_IsNull() => CheckpointFile.Read("/nowhere/training.checkpoint").ShouldBeNull();

    [Fact]
    public void Read_Damaged_IsRefusedByPath()
    {
        using var folder = new WorkFolder();
        File.WriteAllBytes(folder["c"], CheckpointFile.Encode(Sample)[..^1]);

        Should.Throw<KernelException>(() => CheckpointFile.Read(folder["c"])).Message.ShouldBe(
            $"The training checkpoint {folder["c"]} is damaged: its checksum does not match its content; remove it to train from the "
            + "beginning.");
    }

    [Fact]
    public void Open_OtherIdentity_IsRefused()
    {
        using var folder = new WorkFolder();
        new CheckpointFolder(folder.State(), "id").SaveEpoch(Sample);

        Should.Throw<KernelException>(() => new CheckpointFolder(folder.State(), "other").Open(_ => 0))
            .Message.ShouldContain("a training of another plan");
    }

    [Theory]
    [InlineData(5, 3, 5)] // cut short between a step and the end of its epoch
    [InlineData(3, 5, 5)] // cut short between the two files of an epoch's end
    public void Open_TwoCheckpoints_GoesOnFromTheLater(int latest, int epoch, int expected)
    {
        using var folder = new WorkFolder();
        var checkpoints = new CheckpointFolder(folder.State(), "id");
        checkpoints.SaveEpoch(Sample with { State = $"{epoch}" });
        checkpoints.SaveLatest(Sample with { State = $"{latest}" });

        new CheckpointFolder(folder.State(), "id").Open(checkpoint => long.Parse(checkpoint.State))!.State.ShouldBe($"{expected}");
    }
}

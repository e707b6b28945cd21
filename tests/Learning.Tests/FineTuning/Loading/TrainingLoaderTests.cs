namespace Cluster.Learning.Tests.FineTuning.Loading;

public sealed class TrainingLoaderTests
{
    private const int Images = 10;

    // Image i has the one pixel i and, as 10 classes take turns, the label i.
    private static TrainingLoader Loader(long seed, int batch = 4)
    {
        var images = Nets.Images([.. Enumerable.Range(0, Images).Select(i => (byte)i)], 1, 1, 1, batch, classes: Images);
        return new TrainingLoader(images.RequireImages(), images.Preprocess!, batch, seed);
    }

    [Fact]
    public void Epoch_Whole_HasEveryImageOnceWithItsLabel()
    {
        var batches = Loader(3).Epoch(0, 0, CancellationToken.None).ToList();

        batches.Select(batch => batch.Count).ShouldBe([4, 4, 2]);
        batches.SelectMany(batch => batch.Labels).Order().ShouldBe(Enumerable.Range(0, Images).Select(i => (long)i));
        batches.ShouldAllBe(batch => batch.Pixels.Select(pixel => (long)pixel).SequenceEqual(batch.Labels));
    }

    [Fact]
    public void Epoch_FromABatchOn_GivesTheRestOfTheSameEpoch()
    {
        var whole = Loader(3).Epoch(2, 0, CancellationToken.None).ToList();

        var rest = Loader(3).Epoch(2, 1, CancellationToken.None).ToList();

        rest.Select(batch => batch.Labels).ShouldBe(whole.Skip(1).Select(batch => batch.Labels));
    }

    [Fact]
    public void Epoch_OtherEpochOrSeed_HasAnotherOrder()
    {
        string Order(long seed, int epoch) =>
            string.Join(',', Loader(seed).Epoch(epoch, 0, CancellationToken.None).SelectMany(batch => batch.Labels));

        new[] { Order(1, 0), Order(1, 1), Order(2, 0) }.ShouldBeUnique();
        Order(1, 1).ShouldBe(Order(1, 1));
    }

    [Fact]
    public void Epoch_LeftEarly_EndsItsThread()
    {
        // The enumerator's disposal waits for the thread: returning is the proof.
        Loader(1, batch: 1).Epoch(0, 0, CancellationToken.None).First().Count.ShouldBe(1);
    }

    [Fact]
    public void Epoch_Cancelled_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        using var batches = Loader(1, batch: 1).Epoch(0, 0, cancellation.Token).GetEnumerator();
        batches.MoveNext().ShouldBeTrue();
        cancellation.Cancel();

        Should.Throw<OperationCanceledException>(() => batches.MoveNext());
    }

    [Fact]
    public void Epoch_ImageWithoutLabel_FailsInTheReader()
    {
        var images = Nets.Images(new byte[3], 1, 1, 1, 1);
        var loader = new TrainingLoader(images.RequireImages(), images.Preprocess!, 1, 0);

        Should.Throw<KernelException>(() => loader.Epoch(0, 0, CancellationToken.None).ToList()).Message.ShouldContain("no labels");
    }
}

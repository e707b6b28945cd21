namespace Cluster.Coordinator.Tests.Questions;

public sealed class LabelRequestTests
{
    private static readonly LabelRequest Request = new(
        3, [new AskedImage(5, [0], [[1]]), new AskedImage(2, [2], [[1]])], [new AskedImage(7, [1], [[0]], 1)]);

    [Fact]
    public void Fault_EveryAskedImageLabelled_IsNone()
    {
        Request.Fault([2, 5], [0, 2]).ShouldBeNull();
        Request.Fault([5, 2, 7], [LabelResult.Unknown, 1, 1]).ShouldBeNull();
    }

    [Theory]
    [InlineData(new[] { 5 }, new[] { 0 }, "1 of the 2 images have no label, such as image 2")]
    [InlineData(new[] { 5, 2, 5 }, new[] { 0, 0, 0 }, "Image 5 has two labels")]
    [InlineData(new[] { 5, 2, 9 }, new[] { 0, 0, 0 }, "Image 9 is none of those that are asked for")]
    [InlineData(new[] { 5, 2 }, new[] { 0, 3 }, "Image 2 has the label 3; expected a class of the network, 0 to 2")]
    [InlineData(new[] { 5, 2 }, new[] { -2, 0 }, "Image 5 has the label -2")]
    [InlineData(new[] { 5, 2, 7 }, new[] { 0, 0, 2 }, "Image 7 was given the label 1 before and has 2 now")]
    public void Fault_OtherAnswers_NamesProblem(int[] images, int[] labels, string said) =>
        Request.Fault(images, labels).ShouldNotBeNull().ShouldContain(said);

    [Fact]
    public void With_SomeLabels_MovesThemBehindTheAsked()
    {
        var with = Request.With(image => image == 5 ? 1 : null);

        with.Asked.Select(asked => asked.Image).ShouldBe([2]);
        with.Answered.Select(asked => (asked.Image, asked.Label)).ShouldBe([(5, 1), (7, 1)]);
    }
}

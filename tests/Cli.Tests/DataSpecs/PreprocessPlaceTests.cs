namespace Cluster.Cli.Tests.DataSpecs;

public class PreprocessPlaceTests
{
    [Theory]
    [InlineData("dir/net.onnx", "dir/net.preprocess.json")]
    [InlineData("mobilenet_v1_0.25_224.onnx", "mobilenet_v1_0.25_224.preprocess.json")]
    [InlineData("net.v1", "net.v1.preprocess.json")]
    public void Beside_Model_IsBesideIt(string model, string expected) => PreprocessPlace.Beside(model).ShouldBe(expected);
}

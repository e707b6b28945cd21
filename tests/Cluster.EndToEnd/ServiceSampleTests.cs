using System.Net;
using System.Net.Http.Json;
using Cluster.DataSpecs;
using Cluster.Samples.Service;

namespace Cluster.EndToEnd;

/// <summary>The sample service deploys a job's winner: over HTTP its answers are those of ONNX Runtime.</summary>
public sealed class ServiceSampleTests(GlyphJob job)
{
    private const int Classes = 12; // letters
    private static readonly Uri AnyPort = new("http://127.0.0.1:0");

    [Fact]
    public async Task Classify_WinnerOfAJob_AnswersAsOnnxRuntimeDoes()
    {
        var files = await job.FinishedAsync();
        using var folder = new WorkFolder();
        File.Copy(files["winner.qdq.onnx"], folder["winner.qdq.onnx"]);
        File.Copy(PreprocessPlace.Beside(GlyphJob.Model), PreprocessPlace.Beside(folder["winner.qdq.onnx"]));
        var images = new ImageBatches(DataSource.Open($"{job.Evaluation}@0..64"), Preprocess.LoadFor(folder["winner.qdq.onnx"]), 16);
        float[] expected = RuntimeEvaluator.Logits(
            ModelFile.Of(files.Bytes("winner.qdq.onnx")), images, Classes, 1, CancellationToken.None);
        await using var service = ClassifierService.Create(folder["winner.qdq.onnx"], AnyPort, ComputeDevice.Cpu);
        await service.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(service.Urls.Single()) };

        int same = 0;
        for (int image = 0; image < images.Images.Count; image++)
        {
            using var body = new ByteArrayContent(images.RequireImages().ReadPixels(image).ToArray());
            using var answer = await client.PostAsync(new Uri("/classify", UriKind.Relative), body, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            var found = await answer.Content.ReadFromJsonAsync<Classification>(TestContext.Current.CancellationToken);
            float[] runtime = expected[(image * Classes)..((image + 1) * Classes)];
            same += found!.Class == Array.IndexOf(runtime, runtime.Max()) ? 1 : 0;
        }

        // On a near tie one code that rounds to the other side decides.
        same.ShouldBeGreaterThanOrEqualTo(images.Images.Count - 1);
    }

    [Fact]
    public async Task Classify_BodyOfAnotherSize_IsRefusedInOneSentence()
    {
        await using var service = ClassifierService.Create(GlyphJob.Model, AnyPort, ComputeDevice.Cpu);
        await service.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(service.Urls.Single()) };
        using var body = new ByteArrayContent(new byte[577]);

        using var answer = await client.PostAsync(new Uri("/classify", UriKind.Relative), body, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .ShouldContain("The body is not the 576 bytes of an image of shape [1,24,24].");
    }
}

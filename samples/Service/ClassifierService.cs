using Cluster.Kernels.Data;
using Cluster.Kernels.Execution.Files;
using Cluster.Kernels.Tensors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cluster.Samples.Service;

/// <summary>A web service that answers with the class of an image, by a published network on libtorch.</summary>
public static class ClassifierService
{
    /// <summary>
    /// Makes the service. <c>POST /classify</c> takes the pixels of one image, a byte each, plane by plane (C, H, W), and answers
    /// with <see cref="Classification"/>.
    /// </summary>
    /// <param name="model">Path of winner.qdq.onnx, or of a network in FP32; its preprocessing lies beside it.</param>
    /// <param name="url">Where to listen; port 0 is any free one.</param>
    /// <param name="device">Where the network computes.</param>
    /// <exception cref="Kernels.KernelException">The files cannot be used, or the device is not there.</exception>
    public static WebApplication Create(string model, Uri url, ComputeDevice device)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url.ToString());
        builder.Services.AddSingleton(_ => QuantizedModel.Load(model, device)); // one for all requests: it is thread-safe
        builder.Services.AddSingleton(Preprocess.LoadFor(model));
        var service = builder.Build();
        _ = service.Services.GetRequiredService<QuantizedModel>(); // what is wrong with it is said now, not to the first caller
        service.MapPost("/classify", AnswerAsync);
        return service;
    }

    private static async Task<IResult> AnswerAsync(HttpRequest request, QuantizedModel model, Preprocess preprocess)
    {
        int count = checked((int)model.InputShape.Skip(1).Aggregate(1L, (product, size) => product * size));
        byte[] pixels = new byte[count + 1];
        int read = await request.Body.ReadAtLeastAsync(
            pixels, pixels.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        if (read != count)
        {
            return Results.BadRequest(
                $"The body is not the {count} bytes of an image of shape [{string.Join(',', model.InputShape.Skip(1))}].");
        }

        float[] input = new float[count];
        preprocess.Apply(pixels.AsSpan(0, count), input);
        float[] logits = model.Run(input, [1, .. model.InputShape.Skip(1)]);
        return Results.Ok(new Classification(Array.IndexOf(logits, logits.Max()), logits));
    }
}

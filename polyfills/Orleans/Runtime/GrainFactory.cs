using System.Globalization;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>References to the grains of one silo.</summary>
internal sealed class GrainFactory(GrainCalls calls) : IGrainFactory
{
    public GrainCalls Calls => calls;

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        Get<TGrainInterface>(primaryKey.ToString("X", CultureInfo.InvariantCulture), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        Get<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public GrainReference Reference(GrainId id, Type face)
    {
        var proxy = (GrainReference)DispatchProxy.Create(face, typeof(GrainReference));
        proxy.Bind(this, id, face);
        return proxy;
    }

    private T Get<T>(string key, string? prefix) =>
        (T)(object)Reference(new GrainId(calls.Silo.Catalog.Implementing(typeof(T), prefix).GrainType, key), typeof(T));
}

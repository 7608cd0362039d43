"""Writes Flask's public names to flask-names.json: `python3 test/parity/names.py > test/parity/flask-names.json`."""
import json, flask, flask.views, flask.signals, flask.json.provider, flask.sessions, flask.testing, flask.cli, flask.config, flask.ctx, flask.blueprints
def own(cls, skip=()):
    s=set()
    for k in cls.__mro__:
        if k in (object,)+tuple(skip): continue
        s|={n for n in vars(k) if not n.startswith('_')}
        s|={n for n in getattr(k,'__annotations__',{}) if not n.startswith('_')}
    return sorted(s)
app=flask.Flask('x')
inst={n for n in vars(app) if not n.startswith('_')}
bp=flask.Blueprint('x','x'); 
out={
 'flask': sorted(n for n in dir(flask) if not n.startswith('_') and not isinstance(getattr(flask,n), type(json))),
 'Flask': sorted(set(own(flask.Flask))|inst),
 'Blueprint': sorted(set(own(flask.Blueprint))|{n for n in vars(bp) if not n.startswith('_')}),
 'Request': own(flask.Request),
 'Response': own(flask.Response),
 'session': own(flask.sessions.SecureCookieSession, skip=(dict,)),
 'SessionInterface': own(flask.sessions.SessionInterface),
 'Config': own(flask.Config, skip=(dict,)),
 'config keys': sorted(flask.Flask.default_config),
 'signals': sorted(n for n in dir(flask.signals) if hasattr(getattr(flask.signals,n),'connect') and not n.startswith('_')),
 'views': own(flask.views.MethodView),
 'json': sorted(n for n in flask.json.__dict__ if not n.startswith('_') and callable(getattr(flask.json,n))),
 'JSONProvider': own(flask.json.provider.DefaultJSONProvider),
 'FlaskClient': own(flask.testing.FlaskClient),
 'FlaskCliRunner': own(flask.testing.FlaskCliRunner),
 'cli': ['AppGroup','FlaskGroup','ScriptInfo','load_dotenv','pass_script_info','with_appcontext','run_command','shell_command','routes_command'],
 'AppContext': own(flask.ctx.AppContext), 'RequestContext': own(flask.ctx.RequestContext),
 'globals in templates': sorted(app.jinja_env.globals), 
}
print(json.dumps(out, indent=1))
